// People who sit in front of screens of their own.
import type { Browser, Page } from "@playwright/test";
import type { Market } from "./market.ts";

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 800 };
export const WALL = { width: 1920, height: 1080 };

type SignInAs = (page: Page, who: "shopper" | "host" | "organiser" | "producer") => Promise<unknown>;

/** Opens screens; each is a browser of its own, without the others' cookies. */
export function screens(browser: Browser, market: Market, signInAs: SignInAs, faults: string[]) {
  return async (who: Parameters<SignInAs>[1], viewport: { width: number; height: number }): Promise<Page> => {
    const context = await browser.newContext({ baseURL: market.signIn.url, viewport, locale: "vi-VN" });
    context.on("weberror", (error) => faults.push(`${who}: ${String(error.error())}`));
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    // Hostile words that are run would say so.
    page.on("dialog", (dialog) => {
      faults.push(`${who}: a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await signInAs(page, who);
    return page;
  };
}
