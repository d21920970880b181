// After the order: where it is, and thinking better of it.
import { another, order } from "../market.ts";
import { expect, test } from "../test.ts";

test("an order is followed to the door", async ({ page, market, api, signInAs }) => {
  const session = await another(market, "Phiên có đơn trên đường");
  const shopper = await signInAs(page, "shopper");
  const placed = await order(shopper, session, "cod");
  await page.goto("/orders");
  await page.getByRole("link", { name: new RegExp(session.offers[0]!.title) }).click();
  const steps = page.getByRole("region", { name: "Đường đi của đơn" });
  await expect(steps).toContainText("Đã nhận đơn");
  const organiser = await api("organiser");
  for (const [to, words] of [["packed", "Đã đóng gói"], ["shipped", "Đang giao"], ["delivered", "Đã giao"]] as const) {
    await organiser.post(`/v1/orders/${placed.order_id}/advance`, { to });
    await expect(steps).toContainText(words);
  }
  await expect(page.getByRole("button", { name: "Huỷ đơn" })).toHaveCount(0);
});

test("an order that is not packed can be cancelled, and its units go back", async ({ page, market, api, signInAs }) => {
  const session = await another(market, "Phiên có đơn bị huỷ");
  const shopper = await signInAs(page, "shopper");
  const placed = await order(shopper, session, "cod");
  await page.goto(`/orders/${placed.order_id}`);
  await page.getByRole("button", { name: "Huỷ đơn" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Huỷ đơn" }).click();
  await expect(page.getByRole("region", { name: "Đường đi của đơn" })).toContainText("Đã huỷ");
  const { offers } = await (await api("nobody")).get(`/v1/sessions/${session.id}/units`);
  expect(offers.find((units: { offer_id: string }) => units.offer_id === session.offers[0]!.id).left).toBe(20);
});

test("whoever is not signed in is asked to, and comes back", async ({ page, market, signInAs }) => {
  await page.goto("/orders");
  await expect(page.getByRole("link", { name: "Đăng nhập" })).toHaveAttribute("href", /next=%2Forders/);
  await signInAs(page, "shopper");
  await page.goto(`/s/${market.session.id}`);
  await page.getByRole("link", { name: "Về chợ phiên" }).first().click();
  await page.getByRole("link", { name: "Đơn của tôi" }).click();
  await expect(page.getByText("Bạn chưa có đơn nào.")).toBeVisible();
});
