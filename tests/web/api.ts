// The public HTTP API, as somebody: for what happens outside of the page that is looked at.

/** Answers are looked at field by field; the pages have the types. */
export type Answer = any;

export class Api {
  constructor(
    readonly url: string,
    readonly token?: string,
  ) {}

  as(token: string): Api {
    return new Api(this.url, token);
  }

  async signIn(username: string, password: string): Promise<Api> {
    return this.as((await this.post("/v1/sign-in/password", { username, password })).token);
  }

  get(path: string): Promise<Answer> {
    return this.send("GET", path);
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send("POST", path, JSON.stringify(body), headers);
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.send("PUT", path, JSON.stringify(body));
  }

  /** A file, as it is. */
  file(path: string, body: Uint8Array, type: string): Promise<Answer> {
    return this.send("POST", path, body, { "content-type": type });
  }

  /** As a form of a page or a server sends it. */
  form(path: string, fields: URLSearchParams): Promise<Answer> {
    return this.send("POST", path, fields.toString(), { "content-type": "application/x-www-form-urlencoded" });
  }

  private async send(
    method: string,
    path: string,
    body?: string | Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await fetch(new URL(path, this.url), {
      method,
      body: body as BodyInit | undefined,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...headers,
      },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
}
