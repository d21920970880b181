// What every flow stands on: the market, and people who come to a page as they are.
import { readFileSync } from "node:fs";
import { test as base } from "@playwright/test";
import type { Page } from "@playwright/test";
import { Api } from "./api.ts";
import type { Market } from "./market.ts";
import { until } from "./until.ts";

export { expect } from "@playwright/test";

/** By username of `phien up`; a shopper is a new one each time. */
export type Who = "nobody" | "shopper" | "host" | "organiser" | "producer";

/** A refusal, or a connection that a test has cut: Chromium tells of both. */
const EXPECTED = /status of 4\d\d|net::ERR_/;

interface Fixtures {
  market: Market;
  /** Somebody's hands on the API, for what happens while the page is looked at. */
  api: (who: Who) => Promise<Api>;
  /** Signs the page in, and gives the same person's hands on the API. */
  signInAs: (page: Page, who: Who) => Promise<Api>;
  /** Whatever a page throws or has refused by its own policy fails the test. */
  faultless: void;
}

export const test = base.extend<Fixtures>({
  market: async ({}, use) => use(JSON.parse(process.env["PHIEN_MARKET"] ?? "null") as Market),
  api: async ({ market }, use) => use((who) => somebody(market, who)),
  signInAs: async ({ market }, use) =>
    use(async (page, who) => {
      const me = await somebody(market, who);
      const { token } = me;
      if (token !== undefined) {
        const url = market.signIn.url;
        await page.context().addCookies([{ name: "phien", value: token, url, httpOnly: true, sameSite: "Lax" }]);
      }
      return me;
    }),
  faultless: [
    async ({ context }, use) => {
      const faults: string[] = [];
      context.on("weberror", (error) => faults.push(String(error.error())));
      context.on("console", (message) => {
        if (message.type() === "error" && !EXPECTED.test(message.text())) faults.push(message.text());
      });
      await use();
      base.expect(faults).toEqual([]);
    },
    { auto: true },
  ],
  baseURL: async ({ market }, use) => use(market.signIn.url),
});

async function somebody(market: Market, who: Who): Promise<Api> {
  const nobody = new Api(market.signIn.url);
  if (who === "nobody") return nobody;
  if (who !== "shopper") return nobody.signIn(who, market.signIn.accounts[who] ?? "");
  const organiser = await somebody(market, "organiser");
  const { shoppers } = await organiser.post("/v1/demo/shoppers", { count: 1 });
  return nobody.as(shoppers[0].token);
}

/** The newest code that was sent to a phone: in development it is printed. */
export function codeFor(market: Market, phone: string): Promise<string> {
  const end = phone.slice(-3);
  return until("the code is printed", 5_000, () => {
    const codes = [...readFileSync(market.log, "utf8").matchAll(/sign-in code for (\S+): (\d{6})/g)];
    return codes.filter(([, to]) => to?.endsWith(end)).at(-1)?.[2];
  });
}
