// A whole Phiên as `phien up` runs it: its own data folder, its own ports, nobody in it.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { until } from "./until.ts";

export const root = resolve(import.meta.dirname, "../..");
/** What the stack says goes here, and the screenshots beside it. */
export const out = join(root, "target/web");

const UP_WITHIN = 120_000;

/** How to reach it and who is known there, as `phien up` notes it. */
export interface SignIn {
  url: string;
  sepay_key: string;
  accounts: Record<string, string>;
}

export interface Stack {
  signIn: SignIn;
  /** What it has said so far: sign-in codes are among it. */
  log: string;
  /** Where the video server would leave what it is sent. */
  video: string;
  stop: () => Promise<void>;
}

/** Starts one; the program is `PHIEN`, or what `cargo build` leaves. */
export async function start(): Promise<Stack> {
  const program = process.env["PHIEN"] ?? join(root, "target/debug/phien");
  if (!existsSync(program)) throw new Error(`${program} is not there: cargo build --bin phien`);
  const data = mkdtempSync(join(tmpdir(), "phien-web-"));
  // Postgres runs as another user when we are root, and has to pass through.
  chmodSync(data, 0o755);
  mkdirSync(out, { recursive: true });
  const log = join(out, "phien.log");
  const said = createWriteStream(log);
  await once(said, "open");
  const [http, postgres, nats] = await freePorts(3);
  const child = spawn(
    program,
    ["up", "--data", data, "--listen", `127.0.0.1:${http}`, "--postgres-port", `${postgres}`, "--nats-port", `${nats}`],
    {
      cwd: root,
      // A flow signs in more often than a person does.
      env: { ...process.env, PHIEN_LIMIT_PASSWORDS: "1000", PHIEN_PAGES: join(root, "services/gateway/web/dist") },
      stdio: ["ignore", said, said],
    },
  );
  const stop = async () => {
    await end(child);
    rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const signIn = await until("phien is up", UP_WITHIN, () => {
      if (child.exitCode !== null) throw new Error(`phien ended: see ${log}`);
      const file = join(data, "sign-in.json");
      return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as SignIn) : undefined;
    });
    return { signIn, log, video: join(data, "video"), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ctrl-C, as a person does. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGINT");
  const late = setTimeout(() => child.kill("SIGKILL"), 30_000);
  await ended;
  clearTimeout(late);
}

/** All taken before any is given back: no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
