// Which page is where. Each is loaded when it is first shown; to add one, add a line.
import type { ComponentType } from "preact";

/** What a page gets: the parts of its address that are named there. */
export type Params = Readonly<Record<string, string>>;
type Load = () => Promise<{ default: ComponentType<{ params: Params }> }>;

export const routes: readonly [path: string, load: Load][] = [
  ["/", () => import("./shopper/HomePage")],
  ["/s/:session", () => import("./room/RoomPage")],
  ["/p/:product", () => import("./product/ProductPage")],
  ["/orders", () => import("./orders/OrdersPage")],
  ["/orders/:order", () => import("./orders/OrderPage")],
  ["/me", () => import("./account/AccountPage")],
  ["/sign-in", () => import("./shopper/SignInPage")],
  ["/host", () => import("./host/HostListPage")],
  ["/host/:session", () => import("./host/HostPage")],
];
