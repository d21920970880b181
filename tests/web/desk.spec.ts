// The desk: what people who work there do for those who cannot, or do not, tap by themselves.
import type { Page } from "@playwright/test";
import { another } from "./market.ts";
import type { Session } from "./market.ts";
import { DESK, PHONE, screens } from "./people.ts";
import { expect, test } from "./test.ts";

const TAG = "<img src=x onerror=alert(1)>";

let session: Session;

test.beforeAll(async () => {
  session = await another(JSON.parse(process.env["PHIEN_MARKET"] ?? "null"), "Phiên có bàn");
});

const panel = (page: Page, name: string) => page.getByRole("region", { name: new RegExp(`^${name}`) });

test("a claim that nobody understands is taken by one person and claimed for the shopper", async ({ browser, market, signInAs, api }) => {
  const faults: string[] = [];
  const open = screens(browser, market, signInAs, faults);
  const [first, second] = [await open("organiser", DESK), await open("host", DESK)];
  for (const desk of [first, second]) await desk.goto(`/desk/${session.id}`);
  const shopper = await api("shopper");
  await shopper.post(`/v1/sessions/${session.id}/comments`, { text: `chốt A99 x2 ${TAG}` });

  const queue = panel(first, "Bình luận chưa rõ");
  await expect(queue.getByText(TAG)).toBeVisible();
  await expect(queue.getByText("mã không có")).toBeVisible();
  await queue.getByRole("button", { name: /^Nhận/ }).click();
  const sheet = first.getByRole("dialog");
  await second.reload();
  await expect(panel(second, "Bình luận chưa rõ").getByText("đang có người xử lý")).toBeVisible();

  await sheet.getByLabel("Chọn hàng").selectOption({ label: await sheet.getByRole("option", { name: /^A02/ }).innerText() });
  await sheet.getByRole("button", { name: "Thêm một" }).click();
  await sheet.getByRole("button", { name: "Chốt giúp" }).click();
  await expect(sheet).toHaveCount(0);
  await expect(queue.getByText("Không có bình luận nào chờ xử lý.")).toBeVisible();
  const holds = panel(second, "Đang giữ hàng");
  await expect(holds.getByRole("listitem").filter({ hasText: "A02" })).toContainText("×2");
  await expect(holds.getByText("tại quầy")).toBeVisible();
  expect(faults).toEqual([]);
});

test("a person at the counter orders by phone number and pays in cash", async ({ page, signInAs }) => {
  await page.setViewportSize(DESK);
  await signInAs(page, "organiser");
  await page.goto(`/desk/${session.id}`);
  await page.getByRole("button", { name: "Chốt đơn tại quầy" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Số điện thoại").fill("0987 654 321");
  await sheet.getByLabel("Họ và tên").fill("Bà Tám");
  await sheet.getByRole("button", { name: "Tìm hoặc thêm người mua" }).click();
  await sheet.getByLabel("Chọn hàng").selectOption({ label: await sheet.getByRole("option", { name: /^A01/ }).innerText() });
  await sheet.getByRole("button", { name: /^Đặt đơn · 621\.000/ }).click();
  await expect(sheet.getByRole("img", { name: /VietQR/ })).toBeVisible();
  await expect(panel(page, "Chưa trả tiền").getByText("Bà Tám")).toBeVisible();
  await sheet.getByText(/^Tiền mặt/).click();
  await sheet.getByLabel("Số biên nhận").fill(`BN-${Date.now()}`);
  await sheet.getByRole("button", { name: "Ghi nhận tiền mặt" }).click();
  await expect(sheet.getByText(/Đã nhận tiền/)).toBeVisible();
  await expect(panel(page, "Chưa trả tiền").getByText("Mọi đơn đã trả tiền.")).toBeVisible();
});

test("a shopper's card tells what is known, and a restriction has its reason", async ({ page, signInAs, api }) => {
  const shopper = await api("shopper");
  await shopper.post(`/v1/sessions/${session.id}/claims`, { lines: [{ offer_id: session.offers[2]?.id, units: 1 }] });
  await page.setViewportSize(DESK);
  await signInAs(page, "organiser");
  await page.goto(`/desk/${session.id}`);
  await panel(page, "Đang giữ hàng").getByRole("listitem").filter({ hasText: "A03" }).getByRole("button").click();
  const card = page.getByRole("dialog");
  await expect(card.getByText("Đơn đã đặt")).toBeVisible();
  await card.getByLabel("Lý do").fill(`Ba lần không nhận hàng ${TAG}`);
  await card.getByRole("button", { name: "Hạn chế người này" }).click();
  await expect(card.getByText(`Hạn chế: Ba lần không nhận hàng ${TAG}`)).toBeVisible();
  await card.getByRole("button", { name: "Bỏ hạn chế" }).click();
  await expect(card.getByText(/bỏ ngày/)).toBeVisible();
});

test("a complaint is answered at the desk", async ({ page, signInAs, api }) => {
  const shopper = await api("shopper");
  await shopper.post(`/v1/sessions/${session.id}/complaints`, { category: "price", text: `Giá khác lúc đầu ${TAG}` });
  await page.setViewportSize(DESK);
  await signInAs(page, "organiser");
  await page.goto(`/desk/${session.id}`);
  const complaints = panel(page, "Phản ánh");
  await expect(complaints.getByText(TAG)).toBeVisible();
  await complaints.getByRole("button", { name: /^Trả lời/ }).click();
  await page.getByRole("dialog").getByLabel("Trả lời").fill("Giá niêm yết không đổi, xin cảm ơn.");
  await page.getByRole("dialog").getByRole("button", { name: "Trả lời" }).click();
  await expect(complaints.getByText("đã trả lời")).toBeVisible();
});

test("a comment is hidden with a reason, and leaves every screen", async ({ browser, market, signInAs, api }) => {
  const open = screens(browser, market, signInAs, []);
  const [moderator, watcher] = [await open("organiser", DESK), await open("shopper", PHONE)];
  await moderator.goto(`/moderation/${session.id}`);
  await watcher.goto(`/s/${session.id}`);
  const rude = `Hàng giả đấy ${Date.now()}`;
  await (await api("shopper")).post(`/v1/sessions/${session.id}/comments`, { text: rude });
  await expect(watcher.getByText(rude)).toBeVisible();
  await moderator.getByRole("listitem").filter({ hasText: rude }).getByRole("button", { name: /^Ẩn/ }).click();
  const sheet = moderator.getByRole("dialog");
  await sheet.getByLabel("Lý do").fill("Bịa đặt");
  await sheet.getByRole("button", { name: "Ẩn" }).click();
  await expect(watcher.getByText(rude)).toHaveCount(0);
  await expect(panel(moderator, "Đã làm gì").getByText("Bịa đặt")).toBeVisible();
});

test("what two accounts of one person hold is merged into one order", async ({ page, signInAs, api }) => {
  const offer = session.offers[0]!;
  const claims = `/v1/sessions/${session.id}/claims`;
  const [one, two] = [await api("shopper"), await api("shopper")];
  const names = ["Gộp", "Tách"] as const;
  for (const [shopper, name, units] of [[one, "Trần Thị Gộp", 1], [two, "Trần Thị Tách", 2]] as const) {
    await shopper.put("/v1/me/name", { name });
    await shopper.post(claims, { lines: [{ offer_id: offer.id, units }] });
  }
  await page.setViewportSize(DESK);
  await signInAs(page, "organiser");
  await page.goto(`/desk/${session.id}`);
  const holds = panel(page, "Đang giữ hàng");
  await holds.getByRole("button", { name: names[1] }).click();
  const sheet = page.getByRole("dialog").getByRole("region", { name: "Gộp, tách đơn đang giữ" });
  await sheet.getByLabel("Chuyển sang đơn của").selectOption({ label: names[0] });
  await sheet.getByRole("button", { name: "Chuyển hàng" }).click();
  await expect(page.getByText(`${names[0]}: giữ 3 × ${offer.code}`)).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const own = await two.get(`/v1/sessions/${session.id}/holds/own`);
  expect(own.holds).toEqual([]);
  await expect(holds.getByRole("listitem").filter({ hasText: names[0] }).filter({ hasText: offer.code })).toContainText("×3");
});
