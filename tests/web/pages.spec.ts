import { looksRight } from "./look.ts";
import { pages } from "./pages.ts";
import { expect, test } from "./test.ts";

for (const { name, who, path, heading, open } of pages) {
  test(`${name} fits its screen and can be used by everybody`, async ({ page, market, signInAs }) => {
    const me = await signInAs(page, who);
    await page.goto(await path(market, me));
    await open?.(page);
    await expect(page.getByRole("heading", { name: heading }).first()).toBeVisible();
    await expect(page.locator(".skeleton")).toHaveCount(0);
    await looksRight(page, name);
  });
}
