// A cheap phone on a village's network: little to fetch, and nothing from anybody else.
import { expect, test } from "../test.ts";

/** Scripts of a room as they come over the wire, without video. */
const MOST = 35_000;

test("a room is little to fetch, all of it from here, and runs nothing that stands in the HTML", async ({ page, market, signInAs }) => {
  await signInAs(page, "shopper");
  const scripts: Promise<number>[] = [];
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(market.signIn.url).origin) elsewhere.push(request.url());
  });
  page.on("requestfinished", (request) => {
    if (request.resourceType() === "script") scripts.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  const answer = await page.goto(`/s/${market.session.id}`);
  await expect(page.getByRole("button", { name: "Chốt A01" })).toBeEnabled();
  const sum = (await Promise.all(scripts)).reduce((all, one) => all + one, 0);
  expect(sum).toBeGreaterThan(1_000);
  expect(sum).toBeLessThan(MOST);
  expect(elsewhere).toEqual([]);
  const policy = (await answer?.headerValue("content-security-policy")) ?? "";
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toContain("unsafe");
});
