// A session in the host's hand, and what a shopper sees of it at the same moment.
import { another } from "../market.ts";
import { expect, test } from "../test.ts";

test("a host signs in, opens, pins, warns, closes and stops with one thumb", async ({ page, browser, market, api }) => {
  const session = await another(market, "Phiên trong tay người dẫn");
  const [bowls, , , sweets] = session.offers;

  await test.step("signs in by password and finds the session", async () => {
    await page.goto("/host");
    await page.getByRole("link", { name: "Đăng nhập" }).click();
    await page.getByRole("button", { name: "Dành cho người bán" }).click();
    await page.getByLabel("Tên đăng nhập").fill("host");
    await page.getByLabel("Mật khẩu").fill("sai");
    await page.getByRole("button", { name: "Vào" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await page.getByLabel("Mật khẩu").fill(market.signIn.accounts["host"]!);
    await page.getByRole("button", { name: "Vào" }).click();
    await page.getByRole("link", { name: session.title }).click();
    await expect(page.getByRole("heading", { name: session.title })).toBeVisible();
  });

  const card = (code: string) => page.getByRole("listitem").filter({ has: page.getByText(code, { exact: true }) });
  const phone = await browser.newContext({ baseURL: market.signIn.url, locale: "vi-VN" });
  const watching = await phone.newPage();
  await watching.goto(`/s/${session.id}`);
  await expect(watching.locator(".on-show")).toContainText(bowls!.title);

  await test.step("opens what was not open, and shows it to all", async () => {
    await card("A08").getByRole("button", { name: "Mở bán" }).click();
    await expect(card("A08")).toContainText("Còn 60 trên 60");
    await card("A08").getByRole("button", { name: "Ghim" }).click();
    await expect(card("A08")).toContainText("Đang ghim");
    await expect(watching.locator(".on-show")).toContainText(sweets!.title);
    await expect(watching.locator(".on-show")).toContainText("Còn 60 trên 60");
  });

  await test.step("sees who claims and how many units that holds", async () => {
    const shopper = await api("shopper");
    await shopper.post(`/v1/sessions/${session.id}/claims`, { lines: [{ offer_id: sweets!.id, units: 2 }] });
    await expect(page.getByRole("region", { name: "Chốt mới nhất" })).toContainText("chốt 2 A08");
    await expect(card("A08")).toContainText("Còn 58 trên 60");
  });

  await test.step("warns the room", async () => {
    await page.getByLabel("Lời nhắn").fill("Hàng dễ vỡ, xin kiểm khi nhận.");
    await page.getByLabel("Cảnh báo").check();
    await page.getByRole("button", { name: "Gửi" }).click();
    await expect(watching.getByText("Hàng dễ vỡ, xin kiểm khi nhận.").first()).toBeVisible();
  });

  await test.step("closes a code, but not by one slip", async () => {
    await card("A01").getByRole("button", { name: "Đóng" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Quay lại" }).click();
    await expect(card("A01")).toContainText("Đang bán");
    await card("A01").getByRole("button", { name: "Đóng" }).click();
    await page.getByRole("dialog").locator(".button.danger").click();
    await expect(card("A01")).toContainText("Đã đóng");
  });

  await test.step("stops at once, and says why", async () => {
    await page.getByRole("button", { name: "Dừng ngay" }).click();
    const sheet = page.getByRole("dialog");
    await expect(sheet.getByRole("button", { name: "Dừng ngay" })).toBeDisabled();
    await sheet.getByLabel("Lý do").fill("Mất điện ở hội trường");
    await sheet.getByRole("button", { name: "Dừng ngay" }).click();
    await expect(watching.getByText("Mất điện ở hội trường").first()).toBeVisible();
    await expect(watching.getByRole("button", { name: /Chốt/ })).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Dừng ngay" })).toHaveCount(0);
  });
  await phone.close();
});

test("a shopper is kept out of the host's page", async ({ page, market, signInAs }) => {
  await signInAs(page, "shopper");
  await page.goto(`/host/${market.session.id}`);
  await expect(page.getByText("Trang này dành cho người khác.")).toBeVisible();
});
