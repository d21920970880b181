// Light enough for a cheap phone, and nothing from anybody else.
import { expect, test } from "../test.ts";

/** Bytes of script on the wire until the room stands. */
const MOST_SCRIPT = 35 * 1024;

test("the room takes little to load, all of it from here", async ({ page, market }) => {
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== market.signIn.url) elsewhere.push(request.url());
  });
  await page.goto(`/s/${market.session.id}`);
  await expect(page.getByRole("heading", { name: market.session.title })).toBeVisible();
  const script = await page.evaluate(() =>
    (performance.getEntriesByType("resource") as PerformanceResourceTiming[])
      .filter(({ name }) => name.endsWith(".js"))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  );
  console.log(`the room's script: ${(script / 1024).toFixed(1)} kB on the wire`);
  expect(script).toBeGreaterThan(0);
  expect(script).toBeLessThan(MOST_SCRIPT);
  expect(elsewhere).toEqual([]);
});
