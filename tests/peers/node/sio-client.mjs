// The real Socket.IO client. Arguments: address, transports (comma separated; fetch polls as a
// browser does, over connections that are kept alive, where polling makes one for each request).
// Says every update it handled, every connect and disconnect, one JSON object a line.
import { Fetch, NodeWebSocket, NodeXHR } from "engine.io-client";
import { io } from "socket.io-client";

const [address, transports] = process.argv.slice(2);
const say = (value) => process.stdout.write(JSON.stringify(value) + "\n");
const named = { fetch: Fetch, polling: NodeXHR, websocket: NodeWebSocket };
const socket = io(address, {
  transports: transports.split(",").map((name) => named[name]),
  reconnectionDelay: 300,
  reconnectionDelayMax: 300,
  randomizationFactor: 0,
});
let first = true;
socket.on("connect", () => {
  say({ connect: socket.id, recovered: socket.recovered });
  if (first) socket.emit("go");
  first = false;
});
socket.on("disconnect", (reason) => say({ disconnect: reason }));
socket.on("upd", (update) => say({ handled: update.seq, at: Date.now() }));
