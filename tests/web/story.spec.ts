// The whole job, as its people do it, each on a screen of their own: nothing is reloaded to see what others did.
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { transfer } from "./market.ts";
import { DESK, PHONE, WALL, screens } from "./people.ts";
import { out } from "./stack.ts";
import { expect, test } from "./test.ts";

const TAG = "<img src=x onerror=alert(1)>";

test("from a spreadsheet to the report: the last jar of honey", async ({ browser, market, signInAs, api }) => {
  test.setTimeout(180_000);
  const faults: string[] = [];
  const open = screens(browser, market, signInAs, faults);
  const tax = String(Date.now()).slice(-12).padStart(12, "0");
  const [producer, organiser] = [await open("producer", PHONE), await open("organiser", DESK)];

  await test.step("a household registers, and brings in honey from a spreadsheet", async () => {
    await producer.goto("/producer");
    await producer.getByLabel("Tên", { exact: true }).fill(`Hộ Ong ${tax} ${TAG}`);
    await producer.getByLabel("Mã số thuế").fill(tax);
    await producer.getByLabel("Địa chỉ").fill("Thôn Mẫu");
    await producer.getByRole("combobox", { name: "Xã, phường" }).fill("hoan kiem");
    await producer.getByRole("option", { name: /Hoàn Kiếm/ }).click();
    await producer.getByLabel("Mã ngân hàng (BIN)").fill("970436");
    await producer.getByLabel("Số tài khoản").fill(tax);
    await producer.getByLabel("Tên chủ tài khoản").fill("HO ONG MAU");
    await producer.getByRole("button", { name: "Đăng ký chủ thể" }).click();
    await expect(producer.getByText("Chờ ban tổ chức xác minh")).toBeVisible();
    await producer.getByRole("link", { name: "Nhập từ bảng tính" }).first().click();
    await choose(producer, "sai.csv", sheet(tax, "99", "phường Không Có", "-5"));
    await expect(producer.getByText("3 chỗ cần sửa; chưa nhập gì cả.")).toBeVisible();
    const fault = producer.getByRole("row").filter({ hasText: "product_set" });
    await expect(fault).toContainText("2");
    await expect(fault).toContainText("99");
    await producer.screenshot({ path: join(out, "story-import-phone.png"), fullPage: true });
    await choose(producer, "dung.csv", sheet(tax, "4", "phường Hoàn Kiếm", "210000"));
    await expect(producer.getByText("Chưa ghi gì.")).toBeVisible();
    await producer.getByRole("button", { name: "Nhập vào" }).click();
    await expect(producer.getByText("Đã nhập 1 sản phẩm mới")).toBeVisible();
  });
  const producerId = producer.url().split("/").at(-2);

  await test.step("the organiser verifies it, plans a session and offers one jar", async () => {
    await organiser.goto(`/organiser/${market.organiserId}/producers`);
    const verify = organiser.getByRole("button", { name: `Xác minh: Hộ Ong ${tax}` });
    await verify.click();
    await expect(verify).toHaveCount(0);
    await organiser.goto(`/organiser/${market.organiserId}/plan`);
    await organiser.getByLabel("Tên phiên").fill("Phiên mật ong");
    await organiser.getByLabel("Nơi nhận tại quầy").fill("Nhà văn hoá phường Hoàn Kiếm");
    await organiser.getByRole("button", { name: "Lên kế hoạch phiên" }).click();
    await organiser.getByLabel("Tìm hàng").fill("mat ong hoa nhan");
    await organiser.getByRole("listitem").filter({ hasText: tax }).getByRole("button", { name: "Chọn" }).click();
    await organiser.getByLabel("Giá trong phiên (đ)").fill("190.000");
    await organiser.getByLabel("Số lượng").fill("1");
    await organiser.getByRole("button", { name: "Thêm vào phiên" }).click();
    await expect(organiser.getByRole("row").filter({ hasText: "A01" })).toBeVisible();
  });
  const sessionId = organiser.url().split("/").at(-1) ?? "";

  const [host, board, desk] = [await open("host", PHONE), await open("organiser", WALL), await open("organiser", DESK)];
  await test.step("the host goes live, pins and opens", async () => {
    await host.goto(`/host/${sessionId}`);
    await goLive(host);
    await board.goto(`/board/${sessionId}`);
    await desk.goto(`/desk/${sessionId}`);
    await expect(board.getByText("còn 1/1")).toBeVisible();
  });

  const shoppers = [await open("shopper", PHONE), await open("shopper", PHONE)];
  const winner = await test.step("two shoppers want the last jar: one holds it, one waits in line", async () => {
    for (const shopper of shoppers) {
      await shopper.goto(`/s/${sessionId}`);
      await expect(shopper.getByRole("button", { name: /Chốt A01/ })).toBeEnabled();
    }
    await Promise.all(shoppers.map((shopper) => shopper.getByRole("button", { name: /Chốt A01/ }).click()));
    const won = (shopper: Page) => shopper.getByRole("heading", { name: "Đang giữ cho bạn" });
    const waits = (shopper: Page) => shopper.getByRole("heading", { name: "Bạn đang chờ" });
    for (const shopper of shoppers) await expect(won(shopper).or(waits(shopper))).toBeVisible();
    const held = await Promise.all(shoppers.map((shopper) => won(shopper).isVisible()));
    expect(held.filter(Boolean)).toHaveLength(1);
    await expect(board.getByText("A01 đã hết hàng")).toBeVisible();
    await expect(desk.getByText("đứng đầu")).toBeVisible();
    return shoppers[held.indexOf(true)] as Page;
  });

  await test.step("the winner orders and pays; the board, the desk and the phone see it", async () => {
    await winner.getByRole("button", { name: /Đặt đơn/ }).click();
    const checkout = winner.getByRole("dialog");
    await checkout.getByText("Nhận tại quầy").click();
    await checkout.getByLabel("Họ và tên").fill(`Lan ${TAG}`);
    await checkout.getByLabel("Số điện thoại").fill("0912 345 678");
    await checkout.getByRole("button", { name: /Đặt đơn/ }).click();
    await expect(winner.getByText("Đang chờ tiền về")).toBeVisible();
    await expect(desk.getByText(`Lan ${TAG}`)).toBeVisible();
    const { orders } = await (await api("organiser")).get(`/v1/sessions/${sessionId}/orders`);
    const payment = orders[0].payments[0];
    await transfer(market.signIn, payment.amount_due, payment.payment_code, tax);
    await expect(winner.getByText(/Đã nhận tiền/)).toBeVisible();
    await expect(desk.getByText("Mọi đơn đã trả tiền.")).toBeVisible();
    await expect(board.getByText("190.000 ₫").first()).toBeVisible();
    await expect(board.getByText(/^trễ [01],\d giây$/)).toBeVisible();
    await board.screenshot({ path: join(out, "story-board-wall.png") });
    await desk.screenshot({ path: join(out, "story-desk.png"), fullPage: true });
  });

  await test.step("the session ends and its report adds up", async () => {
    await (await api("organiser")).post(`/v1/sessions/${sessionId}/end`);
    await organiser.goto(`/report/${sessionId}`);
    for (const figure of ["Doanh thu thực", "Doanh số đặt"]) {
      await expect(organiser.locator("dl > div").filter({ hasText: figure }).first()).toContainText("190.000 ₫");
    }
    const row = organiser.getByRole("row").filter({ hasText: "A01" });
    await expect(row).toContainText("Mật ong hoa nhãn");
    const download = organiser.waitForEvent("download");
    await organiser.getByRole("link", { name: "Tải Excel" }).click();
    expect((await download).suggestedFilename()).toMatch(/\.xlsx$/);
  });

  await test.step("the producer packs it and sees who was paid", async () => {
    await producer.goto(`/producer/${producerId}/parcels`);
    await expect(producer.getByText(`Lan ${TAG}`)).toBeVisible();
    await producer.getByRole("button", { name: /^Đã đóng gói: / }).click();
    await expect(producer.getByText("Không có gói nào.")).toBeVisible();
    await producer.goto(`/producer/${producerId}/settlement`);
    const row = producer.getByRole("row").filter({ hasText: "Phiên mật ong" });
    await expect(row).toContainText("Bạn");
    await expect(row).toContainText("190.000 ₫");
  });
  expect(faults).toEqual([]);
});

function sheet(tax: string, set: string, ward: string, price: string): string {
  const head = "tax_code,product_name,product_set,description,origin_province,origin_ward,sku,pack,list_price,weight_grams,stock";
  const hostile = `"=HYPERLINK(""http://x"")${TAG}"`;
  return `${head}\n${tax},Mật ong hoa nhãn,${set},${hostile},Hà Nội,${ward},MO-${tax},chai 500 ml,${price},750,20\n`;
}

async function choose(page: Page, name: string, text: string): Promise<void> {
  await page.getByLabel("Chọn tệp CSV").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
}

async function goLive(host: Page): Promise<void> {
  await host.getByRole("button", { name: "Lên sóng" }).click();
  await host.getByRole("dialog").getByRole("button", { name: "Lên sóng" }).click();
  const offer = host.getByRole("listitem").filter({ hasText: "A01" });
  await offer.getByRole("button", { name: "Ghim" }).click();
  await expect(offer.getByText("Đang ghim")).toBeVisible();
  await offer.getByRole("button", { name: "Mở bán" }).click();
  await expect(offer.getByRole("button", { name: "Đóng" })).toBeVisible();
}
