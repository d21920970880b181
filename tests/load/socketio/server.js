// A plain socket.io server: tells everybody of a comment so many times a second, in the shape and size of Phiên's.
//
// `node server.js ADDRESS PORT RATE`; says `up`, starts at `start`, and at `stop` says the last comment's number.
"use strict";

const http = require("node:http");
const readline = require("node:readline");
const { randomUUID } = require("node:crypto");
const { Server } = require("socket.io");

const [address, port, rate] = process.argv.slice(2);
const server = http.createServer();
const io = new Server(server, { transports: ["websocket"], serveClient: false });

const session_id = `ses_${randomUUID()}`;
let seq = 0;
let timer;

// Microseconds since 1970 in letters, as the viewers read them.
function stamp() {
  let rest = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000));
  let letters = "";
  for (let place = 0; place < 14; place++, rest >>= 4n) {
    letters = String.fromCharCode(97 + Number(rest & 15n)) + letters;
  }
  return `sent-${letters}`;
}

function tell() {
  seq += 1;
  io.emit("comment", {
    comment_id: `com_${randomUUID()}`,
    session_id,
    seq,
    author_name: "Khách 1234",
    text: `${stamp()} cho em hai hộp chè lam, giao về Hà Nội nhé`,
    hidden: false,
    at: new Date().toISOString(),
  });
}

readline.createInterface({ input: process.stdin }).on("line", (order) => {
  if (order === "start") {
    const began = performance.now();
    // As many as are due, so that a busy server does not simply say less.
    timer = setInterval(() => {
      const due = ((performance.now() - began) / 1000) * rate;
      while (seq < due) tell();
    }, 1000 / rate);
  } else if (order === "stop") {
    clearInterval(timer);
    console.log(String(seq));
  }
});

server.listen(Number(port), address, 4096, () => console.log("up"));
