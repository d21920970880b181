import { looksRight } from "./look.ts";
import { pages } from "./pages.ts";
import { expect, test } from "./test.ts";

for (const { name, who, path, heading } of pages) {
  test(`${name} looks right and can be used by everybody`, async ({ page, market, signInAs }) => {
    await signInAs(page, who);
    await page.goto(path(market));
    await expect(page.getByRole("heading", { name: heading }).first()).toBeVisible();
    await looksRight(page, name);
  });
}
