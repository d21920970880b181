// A thin, typed fetch: paths, bodies and answers are those of the API's description.
import { learn } from "../clock";
import { language } from "../i18n";
import type { components, paths } from "./schema";

export type ProblemDetails = components["schemas"]["ProblemDetails"];
type Method = "get" | "post" | "put" | "delete";
type PathWith<M extends Method> = {
  [P in keyof paths]: NonNullable<paths[P][M]> extends { responses: unknown } ? P : never;
}[keyof paths];
type Operation<M extends Method, P extends keyof paths> = NonNullable<paths[P][M]>;
type Json<T> = T extends { content: { "application/json": infer Body } } ? Body : undefined;
type AnswerOf<O> = O extends { responses: infer R } ? Json<R[keyof R & (200 | 201 | 202 | 204)]> : never;
type BodyOf<O> = O extends { requestBody?: infer R } ? Json<NonNullable<R>> : undefined;

interface Asked<Body> {
  /** Fills `{id}` and the like. */
  path?: Record<string, string>;
  query?: Record<string, string | number | boolean | undefined>;
  body?: Body;
  /** Idempotency-Key: repeating with the same one does it once. */
  key?: string;
}

/** Nothing came back: no connection, or it broke. */
export class Unreachable extends Error {}

/** The API said no, and why, in both languages. */
export class Refused extends Error {
  constructor(readonly problem: ProblemDetails) {
    super(problem.detail);
  }
  get status(): number {
    return this.problem.status;
  }
  get code(): string {
    return this.problem.code;
  }
}

export const newKey = (): string => crypto.randomUUID();

/** Asks the API; throws {@link Refused} or {@link Unreachable}. */
export function call<M extends Method, P extends PathWith<M>>(
  method: M,
  path: P,
  asked: Asked<BodyOf<Operation<M, P>>> = {},
): Promise<AnswerOf<Operation<M, P>>> {
  const filled = (path as string).replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(asked.path?.[name] ?? ""));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked.query ?? {})) if (value !== undefined) query.set(name, String(value));
  const address = query.size > 0 ? `${filled}?${query}` : filled;
  return send(method.toUpperCase(), address, asked.body, asked.key);
}

/** The same for an address that is made already; a text goes as CSV, a file as it is. */
export async function send<T>(method: string, path: string, body?: unknown, key?: string): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json", "accept-language": language.value };
  if (key) headers["idempotency-key"] = key;
  let content: BodyInit | undefined;
  if (typeof body === "string") {
    headers["content-type"] = "text/csv";
    content = body;
  } else if (body instanceof Blob) {
    headers["content-type"] = "application/octet-stream";
    content = body;
  } else if (body !== undefined) {
    headers["content-type"] = "application/json";
    content = JSON.stringify(body);
  }
  const asked = Date.now();
  const answer = await fetch(path, { method, headers, body: content }).catch((error: unknown) => {
    throw new Unreachable(String(error));
  });
  learn(answer, asked);
  if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
  const problem: unknown = await answer.json().catch(() => null);
  throw new Refused(isProblem(problem) ? problem : unknownProblem(answer.status));
}

export const sendCsv = <T>(path: string, csv: string): Promise<T> => send("POST", path, csv);

function isProblem(value: unknown): value is ProblemDetails {
  return typeof value === "object" && value !== null && "detail_vi" in value;
}

function unknownProblem(status: number): ProblemDetails {
  const vi = "Máy chủ trả lời không đọc được.";
  const en = "The server’s answer cannot be read.";
  return { type: "about:blank", title: vi, code: "unreadable", status, detail: vi, detail_vi: vi, detail_en: en };
}
