// A server as a user would write it: `node ws-server.mjs PORT VERSION`.
// The number of an update is the time in units of 50 ms, so every replica says the same.
import { WebSocketServer } from "ws";

const [port, version] = process.argv.slice(2);
const now = () => Math.floor(Date.now() / 50);
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(port) }, () =>
  console.log(`listening on ${port} as ${version}`),
);

server.on("connection", (ws) => {
  let number = null;
  let timer = null;
  ws.on("message", (data) => {
    if (timer) return;
    number = JSON.parse(data).after ?? now();
    timer = setInterval(() => {
      while (number < now()) ws.send(JSON.stringify({ seq: ++number, v: version }));
    }, 10);
  });
  ws.on("close", () => clearInterval(timer));
  ws.on("error", () => ws.terminate());
});

process.on("SIGTERM", () => {
  for (const ws of server.clients) ws.close(1001, "going away");
  server.close(() => process.exit(0));
});
