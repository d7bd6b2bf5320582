// A plain feed of numbered updates, {"seq": n}, over WebSocket (/ws) and as an event stream
// (/events with id: lines, /bare without), and the page that reads it (/).
// Arguments: interval in ms. Says {"port"}, then {"published": n} for each update. Words on standard
// input: "go" begins to publish, "refuse" answers event streams with 503 from then on, "stop" ends
// the publishing: {"done": n}.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { WebSocketServer } from "ws";

const interval = Number(process.argv[2]);
const say = (value) => process.stdout.write(JSON.stringify(value) + "\n");
const readers = new Set(); // called with the number of each update
let seq = 0;
let timer;
let refusing = false;

function follow(send, after, closed) {
  for (let n = after + 1; n <= seq && after >= 0; n++) send(n);
  readers.add(send);
  closed(() => readers.delete(send));
}

function events(request, response) {
  if (refusing) return response.writeHead(503, { "Access-Control-Allow-Origin": "*" }).end();
  response.writeHead(200, { "Content-Type": "text/event-stream", "Access-Control-Allow-Origin": "*" });
  response.write("retry: 300\n\n");
  const ids = request.url === "/events";
  const last = request.headers["last-event-id"];
  follow(
    (n) => response.write((ids ? `id: ${n}\n` : "") + `data: {"seq":${n}}\n\n`),
    ids && last ? Number(last) : -1,
    (done) => response.on("close", done),
  );
}

const http = createServer((request, response) => {
  if (request.url !== "/") return events(request, response);
  response.writeHead(200, { "Content-Type": "text/html" });
  response.end("<!doctype html><title>feed</title><script>" + readFileSync("feed-page.mjs") + "</script>");
});
new WebSocketServer({ server: http, path: "/ws" }).on("connection", (socket) => {
  socket.once("message", (text) => {
    const { after = -1 } = JSON.parse(text);
    follow((n) => socket.send(JSON.stringify({ seq: n })), after, (done) => socket.on("close", done));
  });
  socket.on("error", () => {});
});
const words = {
  go: () => (timer ??= setInterval(() => {
    seq += 1;
    for (const send of readers) send(seq);
    say({ published: seq });
  }, interval)),
  refuse: () => (refusing = true),
  stop: () => (clearInterval(timer), say({ done: seq })),
};
createInterface({ input: process.stdin }).on("line", (word) => words[word]());
http.listen(0, "127.0.0.1", () => say({ port: http.address().port }));
