// The peer of the fan-out benchmark: one socket.io process with its Redis adapter, set up for speed: WebSocket only, no
// compression. Every socket is in the one room that the load comes to. Prints its port; ends with its standard input.
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const [, , redisSocket, room] = process.argv;
const publisher = createClient({ socket: { path: redisSocket } });
const subscriber = publisher.duplicate();
for (const client of [publisher, subscriber]) {
  client.on("error", (error) => {
    console.error(error);
    process.exit(1);
  });
  await client.connect();
}

const http = createServer();
const io = new Server(http, {
  transports: ["websocket"],
  perMessageDeflate: false,
  serveClient: false,
  adapter: createAdapter(publisher, subscriber),
});
io.on("connection", (socket) => socket.join(room));
http.listen({ host: "127.0.0.1", port: 0, backlog: 1024 }, () => console.log(http.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
