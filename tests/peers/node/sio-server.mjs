// A Socket.IO server that publishes {"seq": n} on "upd" every few milliseconds.
// Arguments: recovery (on|off), interval in ms. Says {"port"} when it listens, and its ledger, one
// {"published": n, "at": ms} a line. A line on standard input ends the publishing: {"done": n}.
import { createServer } from "node:http";
import { Server } from "socket.io";

const [recovery, interval] = process.argv.slice(2);
const http = createServer();
const options = recovery === "on" ? { connectionStateRecovery: { maxDisconnectionDuration: 60000 } } : {};
const io = new Server(http, options);
const say = (value) => process.stdout.write(JSON.stringify(value) + "\n");

let seq = 0;
let timer;
io.on("connection", (socket) => {
  say({ connected: socket.id, recovered: socket.recovered });
  socket.on("go", () => {
    timer ??= setInterval(() => {
      seq += 1;
      io.emit("upd", { seq });
      say({ published: seq, at: Date.now() });
    }, Number(interval));
  });
});
process.stdin.once("data", () => {
  clearInterval(timer);
  say({ done: seq });
});
http.listen(0, "127.0.0.1", () => say({ port: http.address().port }));
