// Files that are not what they say: refused with a reason, and nothing of them is run.
import { Api } from "./api.ts";
import { expect, test } from "./test.ts";

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>';

test("a photo that is none is refused, a spreadsheet that is none too", async ({ page, market, signInAs }) => {
  const organiser = await new Api(market.signIn.url).signIn("organiser", market.signIn.accounts["organiser"] ?? "");
  const producerId = market.session.offers[0]?.producerId;
  await organiser.post(`/v1/producers/${producerId}/keepers`, { username: "producer" });
  await signInAs(page, "producer");
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });

  await page.goto(`/producer/${producerId}`);
  await page.getByText(/^Ảnh sản phẩm/).first().click();
  const photo = page.getByLabel("Tệp ảnh").first();
  for (const [name, mimeType] of [["anh.png", "image/png"], ["anh.jpg", "image/jpeg"]] as const) {
    await photo.setInputFiles({ name, mimeType, buffer: Buffer.from(SVG) });
    await page.getByRole("button", { name: "Thêm ảnh" }).first().click();
    await expect(page.getByText("Tệp không phải ảnh JPEG, PNG hoặc WebP.").first()).toBeVisible();
  }
  await expect(page.locator(".photo-strip img")).toHaveCount(0);

  await page.goto(`/producer/${producerId}/import`);
  const csv = page.getByLabel("Chọn tệp CSV");
  await csv.setInputFiles({ name: "hang.csv", mimeType: "text/csv", buffer: Buffer.from([0xff, 0xfe, 0x00, 0xd8]) });
  await expect(page.getByText("Tệp này không phải CSV dạng chữ UTF-8.")).toBeVisible();
  await csv.setInputFiles({ name: "hang.csv", mimeType: "text/csv", buffer: Buffer.alloc(2_000_001, "a") });
  await expect(page.getByText("Tệp lớn hơn 2 MB.")).toBeVisible();
  await csv.setInputFiles({ name: "hang.csv", mimeType: "text/csv", buffer: Buffer.from(SVG) });
  await expect(page.getByText(/chỗ cần sửa; chưa nhập gì cả/).first()).toBeVisible();
  expect(dialogs).toEqual([]);
});
