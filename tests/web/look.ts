// A page as people see it: photographed on every screen, and checked with axe.
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { violations } from "./axe.ts";
import { out } from "./stack.ts";
import { expect } from "./test.ts";

const SCREENS = [
  { on: "phone", width: 390, height: 844, colours: "light" },
  { on: "phone-dark", width: 390, height: 844, colours: "dark" },
  { on: "narrow", width: 360, height: 740, colours: "light" },
  { on: "desk", width: 1280, height: 800, colours: "light" },
] as const;

/** The screenshots are called after the page and the screen. */
export async function looksRight(page: Page, name: string): Promise<void> {
  for (const { on, width, height, colours } of SCREENS) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: colours, reducedMotion: "reduce" });
    await page.screenshot({ path: join(out, `${name}-${on}.png`), fullPage: true, scale: "css" });
    expect.soft(await violations(page), on).toEqual([]);
    // On a phone the window itself grows with what is too wide.
    const widest = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(widest, `scrolls sideways on ${on}`).toBeLessThanOrEqual(width);
  }
}
