// Pictures from the host's camera: the room shows them while they come.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { another } from "../market.ts";
import { expect, test } from "../test.ts";

test("the room plays the video as soon as pictures come, and shows a still again when they stop", async ({ page, signInAs, market, api }) => {
  const session = await another(market, "Phiên có hình");
  const organiser = await signInAs(page, "organiser");
  await page.goto(`/organiser/session/${session.id}`);
  await page.getByRole("button", { name: "Xem địa chỉ và khoá phát" }).click();
  await expect(page.getByText("rtmp://")).toBeVisible();
  const key = new URLSearchParams((await page.getByText(`${session.id}?key=`).innerText()).split("?")[1]).get("key")!;

  await page.goto(`/s/${session.id}`);
  const video = page.getByLabel("Hình trực tiếp");
  await expect(page.locator(".on-show")).toBeVisible();
  await expect(video).toHaveCount(0);
  const nobody = await api("nobody");
  const said = (call: string) => new URLSearchParams({ app: "live", call, name: session.id, key });
  // The video server says it before it has anything to play.
  const missing = page.waitForResponse((answer) => answer.url().endsWith("index.m3u8") && answer.status() === 404);
  await nobody.form("/v1/webhooks/video", said("publish"));
  await missing;
  await expect(video).toHaveCount(0);
  cpSync(join(import.meta.dirname, "../fixtures/hls"), join(market.video, session.id), { recursive: true });

  await expect(video).toBeVisible();
  await expect.poll(() => video.evaluate((shown: HTMLVideoElement) => shown.currentTime)).toBeGreaterThan(0.5);
  expect(await video.evaluate((shown: HTMLVideoElement) => [shown.videoWidth, shown.muted])).toEqual([160, true]);
  await page.getByRole("button", { name: "Bật tiếng" }).click();
  expect(await video.evaluate((shown: HTMLVideoElement) => shown.muted)).toBe(false);

  await nobody.form("/v1/webhooks/video", said("publish_done"));
  await expect(video).toHaveCount(0);
  expect((await organiser.get(`/v1/sessions/${session.id}`)).video).toBe(false);
});
