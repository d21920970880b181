// Which page is where; to add one, add a line.
import type { ComponentType } from "preact";
import RoomPage from "./room/RoomPage";
import HomePage from "./shopper/HomePage";

/** What a page gets: the parts of its address that are named there. */
export type Params = Readonly<Record<string, string>>;
type Shown = ComponentType<{ params: Params }>;
type Load = () => Promise<{ default: Shown }>;

/** Where most people arrive: these come with the first file, a round trip earlier, and are there without a connection. */
export const arrivals: readonly [path: string, page: Shown][] = [
  ["/", HomePage],
  ["/s/:session", RoomPage],
];

/** Each of the others is loaded when it is first shown. */
export const routes: readonly [path: string, load: Load][] = [
  ["/p/:product", () => import("./product/ProductPage")],
  ["/orders", () => import("./orders/OrdersPage")],
  ["/orders/:order", () => import("./orders/OrderPage")],
  ["/me", () => import("./account/AccountPage")],
  ["/sign-in", () => import("./shopper/SignInPage")],
  ["/host", () => import("./host/HostListPage")],
  ["/host/:session", () => import("./host/HostPage")],
  ["/work", () => import("./work/WorkListPage")],
  ["/organiser/session/:session", () => import("./organiser/SessionPage")],
  ["/organiser/:organiser", () => import("./organiser/SessionsPage")],
  ["/organiser/:organiser/plan", () => import("./organiser/PlanPage")],
  ["/organiser/:organiser/producers", () => import("./organiser/ProducersPage")],
  ["/organiser/:organiser/members", () => import("./organiser/MembersPage")],
  ["/organiser/:organiser/summary", () => import("./report/SummaryPage")],
  ["/desk/:session", () => import("./desk/DeskPage")],
  ["/moderation/:session", () => import("./moderation/ModerationPage")],
  ["/board/:session", () => import("./board/BoardPage")],
  ["/report/:session", () => import("./report/ReportPage")],
  ["/packing/:session", () => import("./print/PackingPage")],
  ["/producer", () => import("./producer/RegisterPage")],
  ["/producer/:producer", () => import("./producer/GoodsPage")],
  ["/producer/:producer/import", () => import("./producer/ImportPage")],
  ["/producer/:producer/offers", () => import("./producer/OffersPage")],
  ["/producer/:producer/parcels", () => import("./producer/ParcelsPage")],
  ["/producer/:producer/settlement", () => import("./producer/SettlementPage")],
  ["/producer/:producer/profile", () => import("./producer/ProfilePage")],
];
