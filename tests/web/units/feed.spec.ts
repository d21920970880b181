// What the live connection is read with, apart from any page.
import { expect, test } from "@playwright/test";
import { Counters } from "../../../services/gateway/web/src/feed/counters";
import { Reader } from "../../../services/gateway/web/src/feed/reader";

const STREAM = 'retry: 2000\n\nevent: snapshot\nid: a-1\ndata: {"room":\ndata: {}}\n\n: ♥\n\nevent: comment\nid: a-2\ndata: {"seq":1}\n\n';

test("messages are the same however the stream is cut", () => {
  const whole = [...new Reader().read(STREAM)];
  expect(whole).toEqual([
    { kind: "snapshot", id: "a-1", data: '{"room":\n{}}' },
    { kind: "comment", id: "a-2", data: '{"seq":1}' },
  ]);
  for (let cut = 0; cut <= STREAM.length; cut += 1) {
    const reader = new Reader();
    expect([...reader.read(STREAM.slice(0, cut)), ...reader.read(STREAM.slice(cut))]).toEqual(whole);
    expect(reader.retry).toBe(2000);
  }
});

test("an event is shown once, and a gap is seen", () => {
  const counters = new Counters();
  counters.start({ room: { last_seqs: { comment: 4, hidden: 0, sale: 0, notice: 0, claim: 10 } } });
  expect(counters.place("comment", { seq: 4 })).toBe("old");
  expect(counters.place("comment", { seq: 5 })).toBe("next");
  expect(counters.place("comment", { seq: 5 })).toBe("old");
  expect(counters.place("comment", { seq: 7 })).toBe("gap");
  // States have no number of their own.
  expect(counters.place("units", { version: 3 })).toBe("next");
});

test("in a rush one event stands for those before it", () => {
  const counters = new Counters();
  counters.start({ room: { last_seqs: { comment: 0, hidden: 0, sale: 3, notice: 0, claim: 10 } } });
  expect(counters.place("sale", { seq: 9, more_lines: 5 })).toBe("next");
  expect(counters.place("sale", { seq: 12, more_lines: 1 })).toBe("gap");
  expect(counters.place("claim", { seq: 13, more: 2 })).toBe("next");
});
