// Server-sent events out of a stream of text (WHATWG HTML, 9.2.6).

export interface Message {
  kind: string;
  id: string;
  data: string;
}

export class Reader {
  /** How long to wait before coming back, as the server said last. */
  retry: number | undefined;
  private rest = "";
  private kind = "";
  private id = "";
  private data: string[] = [];

  /** The messages that this piece completes. */
  *read(piece: string): Generator<Message> {
    const lines = (this.rest + piece).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line !== "") {
        this.field(line);
        continue;
      }
      const message = { kind: this.kind || "message", id: this.id, data: this.data.join("\n") };
      const empty = this.data.length === 0;
      this.kind = "";
      this.id = "";
      this.data = [];
      if (!empty) yield message;
    }
  }

  private field(line: string): void {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") this.kind = value;
    else if (name === "id") this.id = value;
    else if (name === "data") this.data.push(value);
    else if (name === "retry" && /^\d+$/.test(value)) this.retry = Number(value);
  }
}
