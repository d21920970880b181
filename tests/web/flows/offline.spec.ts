// A phone in a lift: the room says quietly that it is not connected, and misses nothing.
import { another } from "../market.ts";
import { expect, test } from "../test.ts";

test("what was said meanwhile comes once and in order, and the stock is of now", async ({ page, context, market, api }) => {
  const session = await another(market, "Phiên trong thang máy");
  const [offer] = session.offers;
  const say = async (text: string) => (await api("shopper")).post(`/v1/sessions/${session.id}/comments`, { text });
  const talk = page.getByRole("log").getByRole("listitem");
  const stock = page.getByRole("progressbar", { name: new RegExp(`^${offer!.code}:`) }).first();

  await page.goto(`/s/${session.id}`);
  await say("một");
  await expect(talk).toHaveText([/một$/]);

  await context.setOffline(true);
  await expect(page.getByText("Mất kết nối, đang nối lại…")).toBeVisible();
  await say("hai");
  await say("ba");
  const shopper = await api("shopper");
  await shopper.post(`/v1/sessions/${session.id}/claims`, { lines: [{ offer_id: offer!.id, units: 3 }] });
  await expect(talk).toHaveText([/một$/]);

  await context.setOffline(false);
  await say("bốn");
  await expect(talk).toHaveText([/một$/, /hai$/, /ba$/, new RegExp(`chốt 3 ${offer!.code}`), /bốn$/]);
  await expect(page.getByText("Mất kết nối, đang nối lại…")).toBeHidden();
  await expect(stock).toHaveJSProperty("value", 17);
});

test("a page that was seen opens without a connection, and says what is wrong", async ({ page, context }) => {
  await page.goto("/");
  await page.evaluate(() => navigator.serviceWorker.ready);
  // Now through the worker, which keeps what the page needs.
  await page.reload();
  await expect(page.getByRole("heading", { name: "Chợ phiên" })).toBeVisible();

  await context.setOffline(true);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Chợ phiên" })).toBeVisible();
  await expect(page.getByRole("alert").first()).toContainText("Không kết nối được");
});
