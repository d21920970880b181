// Every page, who looks at it and where it is: pages.spec.ts photographs each and checks it with axe.
import type { Market } from "./market.ts";
import type { Who } from "./test.ts";

export interface Shown {
  name: string;
  who: Who;
  path: (market: Market) => string;
  /** It is there once its heading says this. */
  heading: RegExp;
}

export const pages: readonly Shown[] = [
  { name: "home", who: "nobody", path: () => "/", heading: /Chợ phiên|Đang phát/ },
  { name: "sign-in", who: "nobody", path: () => "/sign-in", heading: /Đăng nhập/ },
  { name: "room", who: "shopper", path: ({ session }) => `/s/${session.id}`, heading: /Phiên chợ OCOP Hà Nội/ },
  { name: "room-planned", who: "nobody", path: ({ planned }) => `/s/${planned}`, heading: /Tối gốm sứ Bát Tràng/ },
  { name: "missing", who: "nobody", path: () => "/khong-co", heading: /Không có trang này/ },
];
