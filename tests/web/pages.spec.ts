import { join } from "node:path";
import { violations } from "./axe.ts";
import { pages } from "./pages.ts";
import { out } from "./stack.ts";
import { expect, test } from "./test.ts";

const SCREENS = [
  { on: "phone", width: 390, height: 844, colours: "light" },
  { on: "phone-dark", width: 390, height: 844, colours: "dark" },
  { on: "narrow", width: 360, height: 740, colours: "light" },
  { on: "desk", width: 1280, height: 800, colours: "light" },
] as const;

for (const { name, who, path, heading, open } of pages) {
  test(`${name} fits its screen and can be used by everybody`, async ({ page, market, signInAs }) => {
    const me = await signInAs(page, who);
    await page.goto(await path(market, me));
    await open?.(page);
    await expect(page.getByRole("heading", { name: heading }).first()).toBeVisible();
    await expect(page.locator(".skeleton")).toHaveCount(0);
    for (const { on, width, height, colours } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: colours, reducedMotion: "reduce" });
      await page.screenshot({ path: join(out, `${name}-${on}.png`), fullPage: true, scale: "css" });
      expect.soft(await violations(page), on).toEqual([]);
      // On a phone the window itself grows with what is too wide.
      const widest = await page.evaluate(() => document.documentElement.scrollWidth);
      expect.soft(widest, `scrolls sideways on ${on}`).toBeLessThanOrEqual(width);
    }
  });
}
