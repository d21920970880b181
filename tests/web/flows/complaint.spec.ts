// A viewer says that something is wrong, from where they watch, and hears back.
import { violations } from "../axe.ts";
import { expect, test } from "../test.ts";

test("a complaint gets a number, and its answer stands with the account", async ({ page, market, api, signInAs }) => {
  const { id } = market.session;
  await signInAs(page, "shopper");
  await page.goto(`/s/${id}`);
  await page.getByRole("button", { name: "Phản ánh" }).click();
  await page.getByRole("button", { name: "Gửi phản ánh" }).click();
  await expect(page.getByLabel("Chuyện gì đã xảy ra")).toHaveAttribute("aria-invalid", "true");
  await page.getByText("Giá", { exact: true }).click();
  await page.getByLabel("Chuyện gì đã xảy ra").fill("Giá nói trên sóng khác giá chốt.");
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Gửi phản ánh" }).click();
  await expect(page.getByText(/Đã nhận phản ánh, số KN-\d+/)).toBeVisible();

  const organiser = await api("organiser");
  const { complaints } = await organiser.get(`/v1/sessions/${id}/complaints`);
  const filed = complaints.find((one: { text: string }) => one.text.startsWith("Giá nói"));
  expect(filed).toMatchObject({ category: "price", state: "open" });
  await organiser.post(`/v1/complaints/${filed.complaint_id}/answer`, { answer: "Xin lỗi, giá chốt là đúng." });
  await page.goto("/me");
  await expect(page.getByText(filed.number)).toBeVisible();
  await expect(page.getByText("Xin lỗi, giá chốt là đúng.")).toBeVisible();
  expect(await violations(page)).toEqual([]);
});
