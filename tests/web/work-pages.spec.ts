import { makeBusy } from "./busy.ts";
import type { Busy } from "./busy.ts";
import { looksRight } from "./look.ts";
import { expect, test } from "./test.ts";
import type { Market } from "./market.ts";

interface Shown {
  name: string;
  who: "organiser" | "producer";
  path: (busy: Busy) => string;
  /** It is there once this is read on it. */
  reads: RegExp;
}

/** The pages of those who work at a session. */
const pages: readonly Shown[] = [
  { name: "work", who: "organiser", path: () => "/work", reads: /Việc của tôi/ },
  { name: "organiser-sessions", who: "organiser", path: ({ market }) => `/organiser/${market.organiserId}`, reads: /Phiên chợ cuối tuần/ },
  { name: "organiser-plan", who: "organiser", path: ({ market }) => `/organiser/${market.organiserId}/plan`, reads: /Điều kiện bán/ },
  { name: "organiser-session", who: "organiser", path: ({ session }) => `/organiser/session/${session.id}`, reads: /A03/ },
  { name: "organiser-producers", who: "organiser", path: ({ market }) => `/organiser/${market.organiserId}/producers`, reads: /HTX Gốm Mẫu/ },
  { name: "organiser-members", who: "organiser", path: ({ market }) => `/organiser/${market.organiserId}/members`, reads: /Thêm thành viên/ },
  { name: "organiser-summary", who: "organiser", path: ({ market }) => `/organiser/${market.organiserId}/summary`, reads: /Theo tháng/ },
  { name: "desk", who: "organiser", path: ({ session }) => `/desk/${session.id}`, reads: /đứng đầu/ },
  { name: "moderation", who: "organiser", path: ({ session }) => `/moderation/${session.id}`, reads: /Từ cấm/ },
  { name: "board", who: "organiser", path: ({ session }) => `/board/${session.id}`, reads: /Theo chủ thể/ },
  { name: "report", who: "organiser", path: ({ session }) => `/report/${session.id}`, reads: /Theo mã chốt/ },
  { name: "packing", who: "organiser", path: ({ session }) => `/packing/${session.id}`, reads: /Nguyễn Thị Lan/ },
  { name: "producer-goods", who: "producer", path: ({ producerId }) => `/producer/${producerId}`, reads: /Trong kho/ },
  { name: "producer-import", who: "producer", path: ({ producerId }) => `/producer/${producerId}/import`, reads: /Chọn tệp CSV/ },
  { name: "producer-offers", who: "producer", path: ({ producerId }) => `/producer/${producerId}/offers`, reads: /A01/ },
  { name: "producer-parcels", who: "producer", path: ({ producerId }) => `/producer/${producerId}/parcels`, reads: /Nguyễn Thị Lan/ },
  { name: "producer-settlement", who: "producer", path: ({ producerId }) => `/producer/${producerId}/settlement`, reads: /Ban tổ chức/ },
  { name: "producer-profile", who: "producer", path: ({ producerId }) => `/producer/${producerId}/profile`, reads: /Hồ sơ chủ thể/ },
  { name: "producer-register", who: "producer", path: () => "/producer", reads: /Đăng ký chủ thể/ },
];

let busy: Busy;

test.beforeAll(async () => {
  busy = await makeBusy(JSON.parse(process.env["PHIEN_MARKET"] ?? "null") as Market);
});

for (const { name, who, path, reads } of pages) {
  test(`${name} looks right and can be used by everybody`, async ({ page, signInAs }) => {
    await signInAs(page, who);
    await page.goto(path(busy));
    await expect(page.getByText(reads).first()).toBeVisible();
    await looksRight(page, name);
  });
}
