// Lighthouse on a phone of its own making (mobile, throttled): LIGHTHOUSE=1 tests/web/run.sh lighthouse. It measures
// time, so it wants a machine for itself and is no part of `make test`; with PHIEN it takes a release build. Of five
// runs the median counts, as Lighthouse advises for a machine whose pace varies (docs/variability.md there).
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { out } from "../stack.ts";
import { expect, test } from "../test.ts";

const VERSION = "12.8.2";
const CATEGORIES = ["performance", "accessibility", "best-practices"] as const;
type Category = (typeof CATEGORIES)[number];
const LEAST = 95;
const RUNS = 5;

test.skip(process.env["LIGHTHOUSE"] !== "1", "LIGHTHOUSE=1 runs it");
test.setTimeout(600_000);

for (const name of ["home", "room"] as const) {
  test(`Lighthouse likes the ${name}`, async ({ market }) => {
    const url = new URL(name === "home" ? "/" : `/s/${market.session.id}`, market.signIn.url).href;
    mkdirSync(out, { recursive: true });
    const runs: Record<Category, number>[] = [];
    for (let run = 1; run <= RUNS; run += 1) runs.push(await lighthouse(url, join(out, `lighthouse-${name}-${run}`)));
    for (const category of CATEGORIES) {
      const scores = runs.map((run) => run[category]).toSorted((a, b) => a - b);
      console.log(`lighthouse ${VERSION}, ${name}: ${category} ${scores.join(", ")}`);
      expect(scores[(RUNS - 1) / 2], category).toBeGreaterThanOrEqual(LEAST);
    }
  });
}

/** One run's scores of a hundred; its report is kept under `report`. */
async function lighthouse(url: string, report: string): Promise<Record<Category, number>> {
  const flags = [
    "--yes", `lighthouse@${VERSION}`, url, "--quiet", "--output=json", "--output=html", `--output-path=${report}`,
    `--only-categories=${CATEGORIES.join(",")}`, "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
  ];
  await promisify(execFile)("npx", flags, { env: { ...process.env, CHROME_PATH: process.env["CHROMIUM"] ?? "" } });
  const { categories } = JSON.parse(readFileSync(`${report}.report.json`, "utf8"));
  const scores = CATEGORIES.map((category) => [category, Math.round(categories[category].score * 100)] as const);
  return Object.fromEntries(scores) as Record<Category, number>;
}
