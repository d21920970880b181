import { defineConfig, devices } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  outputDir: "../../target/web/failures",
  // One stack for all of them, and people who see each other's orders.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  globalSetup: "./start.ts",
  reporter: [["list"]],
  use: {
    ...devices["Pixel 7"],
    viewport: { width: 390, height: 844 },
    locale: "vi-VN",
    timezoneId: "Asia/Ho_Chi_Minh",
    // The system's: run.sh names it, and leaves the tests out where there is none.
    launchOptions: { executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", chromiumSandbox: false },
    actionTimeout: 10_000,
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
  },
});
