// Lighthouse on a phone of its own making (mobile, throttled): LIGHTHOUSE=1 tests/web/run.sh lighthouse. It measures
// time, so it wants a machine for itself and is no part of `make test`.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { out } from "../stack.ts";
import { expect, test } from "../test.ts";

const VERSION = "12.8.2";
const CATEGORIES = ["performance", "accessibility", "best-practices"] as const;
const LEAST = 95;

test.skip(process.env["LIGHTHOUSE"] !== "1", "LIGHTHOUSE=1 runs it");
test.setTimeout(300_000);

for (const name of ["home", "room"] as const) {
  test(`Lighthouse likes the ${name}`, async ({ market }) => {
    const url = new URL(name === "home" ? "/" : `/s/${market.session.id}`, market.signIn.url).href;
    mkdirSync(out, { recursive: true });
    const report = join(out, `lighthouse-${name}`);
    const flags = [
      "--yes", `lighthouse@${VERSION}`, url, "--quiet", "--output=json", "--output=html", `--output-path=${report}`,
      `--only-categories=${CATEGORIES.join(",")}`, "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
    ];
    await promisify(execFile)("npx", flags, { env: { ...process.env, CHROME_PATH: process.env["CHROMIUM"] ?? "" } });
    const { categories } = JSON.parse(readFileSync(`${report}.report.json`, "utf8"));
    const scores = CATEGORIES.map((category) => [category, Math.round(categories[category].score * 100)] as const);
    console.log(`lighthouse ${VERSION}, ${name}: ${scores.map(([category, score]) => `${category} ${score}`).join(", ")}`);
    for (const [category, score] of scores) expect(score, category).toBeGreaterThanOrEqual(LEAST);
  });
}
