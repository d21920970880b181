// Every page, who looks at it and where it is: pages.spec.ts photographs each and checks it with axe.
import type { Page } from "@playwright/test";
import type { Api } from "./api.ts";
import { order } from "./market.ts";
import type { Market } from "./market.ts";
import type { Who } from "./test.ts";

export interface Shown {
  name: string;
  who: Who;
  /** Its address; what has to be there to be seen is made first, by the one who looks. */
  path: (market: Market, me: Api) => string | Promise<string>;
  /** It is there once its heading says this. */
  heading: RegExp;
  /** What is opened on it first. */
  open?: (page: Page) => Promise<void>;
}

export const pages: readonly Shown[] = [
  { name: "home", who: "nobody", path: () => "/", heading: /Đang phát/ },
  { name: "sign-in", who: "nobody", path: () => "/sign-in", heading: /Đăng nhập/ },
  { name: "room-planned", who: "nobody", path: ({ planned }) => `/s/${planned}`, heading: /Tối gốm sứ Bát Tràng/ },
  { name: "room", who: "shopper", path: roomWithHolds, heading: /Đang giữ cho bạn/ },
  {
    name: "checkout", who: "shopper", path: roomWithHolds, heading: /Đặt đơn/,
    open: async (page) => {
      await page.getByRole("region", { name: "Đang giữ cho bạn" }).getByRole("button", { name: "Đặt đơn" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Đặt đơn" }).click();
    },
  },
  { name: "product", who: "nobody", path: ({ session }) => `/p/${session.offers[0]!.productId}`, heading: /Giấy chứng nhận/ },
  {
    name: "orders", who: "shopper", heading: /Đơn của tôi/,
    path: async ({ session }, me) => {
      await order(me, session, "vietqr");
      await order(me, session, "cod");
      return "/orders";
    },
  },
  {
    name: "order", who: "shopper", heading: /Đường đi của đơn/,
    path: async ({ session }, me) => `/orders/${(await order(me, session, "vietqr")).order_id}`,
  },
  { name: "account", who: "shopper", path: () => "/me", heading: /Tài khoản/ },
  { name: "host-sessions", who: "host", path: () => "/host", heading: /Phiên của bạn/ },
  { name: "host", who: "host", path: ({ session }) => `/host/${session.id}`, heading: /Hàng trong phiên/ },
  { name: "missing", who: "nobody", path: () => "/khong-co", heading: /Không có trang này/ },
];

async function roomWithHolds({ session }: Market, me: Api): Promise<string> {
  const [bowls, tea] = session.offers;
  const lines = [{ offer_id: bowls!.id, units: 1 }, { offer_id: tea!.id, units: 1 }];
  await me.post(`/v1/sessions/${session.id}/claims`, { lines });
  await me.post(`/v1/sessions/${session.id}/comments`, { text: "Bộ này có hộp quà không ạ?" }, { "idempotency-key": crypto.randomUUID() });
  return `/s/${session.id}`;
}
