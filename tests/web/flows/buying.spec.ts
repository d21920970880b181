// From a stranger's first look to the money that has come in, on a phone.
import { another, transfer } from "../market.ts";
import { codeFor, expect, test } from "../test.ts";

test("a stranger claims, signs in on the way, orders and pays", async ({ page, market, api }) => {
  const session = await another(market, "Phiên của một người mua");
  const [bowls, tea] = session.offers;
  await page.goto(`/s/${session.id}`);
  const stock = page.locator(".on-show .stock-words");
  await expect(stock).toContainText("Còn 20 trên 20");

  await test.step("one tap claims; who is not known signs in by phone first", async () => {
    await page.getByRole("button", { name: "Chốt A01" }).click();
    const phone = "0912345678";
    const sheet = page.getByRole("dialog");
    await sheet.getByLabel("Số điện thoại").fill("12");
    await sheet.getByRole("button", { name: "Gửi mã" }).click();
    await expect(sheet.getByLabel("Số điện thoại")).toHaveAttribute("aria-invalid", "true");
    await sheet.getByLabel("Số điện thoại").fill(phone);
    await sheet.getByRole("button", { name: "Gửi mã" }).click();
    await expect(sheet.getByLabel("Mã 6 số")).toBeVisible();
    await sheet.getByLabel("Mã 6 số").fill(await codeFor(market, phone));
    await sheet.getByLabel("Tên của bạn").fill("Nguyễn Thị Lan");
    await sheet.getByRole("button", { name: "Vào" }).click();
    await expect(page.getByRole("status").filter({ hasText: "Đã giữ 1 A01" })).toBeVisible();
    await expect(stock).toContainText("Còn 19 trên 20");
  });

  const held = page.getByRole("region", { name: "Đang giữ cho bạn" });
  await test.step("what others take is seen at once", async () => {
    const other = await api("shopper");
    await other.post(`/v1/sessions/${session.id}/claims`, { lines: [{ offer_id: bowls!.id, units: 3 }] });
    await expect(stock).toContainText("Còn 16 trên 20");
    await expect(held.getByRole("listitem")).toHaveCount(1);
  });

  await test.step("a comment claims, too, and can be given back", async () => {
    await page.getByRole("textbox", { name: "Bình luận" }).fill("chốt A02 x2");
    await page.getByRole("button", { name: "Gửi" }).click();
    await expect(page.getByRole("log")).toContainText("chốt 2 A02");
    const second = held.getByRole("listitem").filter({ hasText: tea!.title });
    await expect(second).toContainText("×2");
    await second.getByRole("button", { name: "Thêm thời gian" }).click();
    await expect(second.getByRole("button", { name: "Thêm thời gian" })).toHaveCount(0);
    await second.getByRole("button", { name: "Nhả" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Nhả" }).click();
    await expect(second).toHaveCount(0);
  });

  const sheet = page.getByRole("dialog");
  await test.step("what is missing is said at its field", async () => {
    await held.getByRole("button", { name: "Đặt đơn" }).click();
    await sheet.getByRole("button", { name: "Đặt đơn" }).click();
    await expect(sheet.getByLabel("Xã, phường")).toHaveAttribute("aria-invalid", "true");
    await expect(sheet.getByLabel("Số nhà, đường, thôn")).toHaveAttribute("aria-invalid", "true");
    await expect(sheet.getByLabel("Họ và tên")).toHaveValue("Nguyễn Thị Lan");
  });

  await test.step("the commune is found by a few letters; the sum is what is charged", async () => {
    await sheet.getByLabel("Số điện thoại").fill("0912345678");
    await sheet.getByLabel("Xã, phường").fill("hoan kiem");
    await sheet.getByRole("option", { name: /Hoàn Kiếm/ }).first().click();
    await sheet.getByLabel("Số nhà, đường, thôn").fill("12 ngõ 4, phố Hàng Trống");
    await expect(sheet).toContainText("646.000 ₫");
    await sheet.getByRole("button", { name: "Đặt đơn" }).click();
    await expect(sheet.getByRole("heading", { name: "Đã đặt đơn" })).toBeVisible();
  });

  await test.step("the code can be scanned, and the money is seen when it comes", async () => {
    const qr = sheet.getByRole("img", { name: /VietQR/ });
    await expect.poll(() => qr.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await expect(sheet).toContainText("Đang chờ tiền về");
    const memo = await sheet.locator(".copied").filter({ hasText: "Nội dung" }).locator("dd").first().innerText();
    await transfer(market.signIn, 646_000, memo);
    await expect(sheet).toContainText("Đã nhận tiền");
  });
});

test("who comes too late waits in line, and is told when it is their turn", async ({ page, market, api, signInAs }) => {
  const session = await another(market, "Phiên hết hàng");
  const scarves = session.offers[2]!;
  const first = await api("shopper");
  await first.post(`/v1/sessions/${session.id}/claims`, { lines: [{ offer_id: scarves.id, units: 2 }] });
  await signInAs(page, "shopper");
  await page.goto(`/s/${session.id}`);
  await page.getByRole("button", { name: new RegExp(scarves.title) }).click();
  await expect(page.locator(".on-show .stock-words")).toContainText("Hết hàng");
  await page.getByRole("button", { name: "Xếp hàng chờ A03" }).click();
  await expect(page.getByText("bạn đứng đầu hàng")).toBeVisible();
  await first.post(`/v1/sessions/${session.id}/claims`, { lines: [{ offer_id: scarves.id, units: 0 }] });
  await expect(page.getByRole("status").filter({ hasText: "Tới lượt bạn" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Đang giữ cho bạn" })).toContainText(scarves.title);
});

test("a page that was offline catches up by itself", async ({ page, context, market, api, signInAs }) => {
  const session = await another(market, "Phiên mất sóng");
  const [bowls] = session.offers;
  await signInAs(page, "shopper");
  await page.goto(`/s/${session.id}`);
  const stock = page.locator(".on-show .stock-words");
  await expect(stock).toContainText("Còn 20 trên 20");
  await context.setOffline(true);
  await expect(page.getByText("Mất kết nối")).toBeVisible();
  const other = await api("shopper");
  await other.post(`/v1/sessions/${session.id}/claims`, { lines: [{ offer_id: bowls!.id, units: 5 }] });
  await context.setOffline(false);
  await expect(page.getByText("Mất kết nối")).toBeHidden();
  await expect(stock).toContainText("Còn 15 trên 20");
});
