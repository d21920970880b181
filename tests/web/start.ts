// Before all tests: a stack with something to sell. After all of them it is gone again.
import { furnish } from "./market.ts";
import { start } from "./stack.ts";

export default async function globalSetup(): Promise<() => Promise<void>> {
  const stack = await start();
  try {
    process.env["PHIEN_MARKET"] = JSON.stringify(await furnish(stack));
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return stack.stop;
}
