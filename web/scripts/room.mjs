// A room in the terminal by way of src/core, to show that it needs no browser: prints what comes as one JSON value a
// line, and says each line of standard input. `LIVECART_TOKEN` is who speaks. Node 20 needs --experimental-websocket.
//   node scripts/room.mjs http://127.0.0.1:8080 SHOW
import { createInterface } from "node:readline";
import { createServer } from "vite";

const [server, show] = process.argv.slice(2);
if (!server || !show || typeof WebSocket === "undefined") {
  console.error("usage: node [--experimental-websocket] scripts/room.mjs URL SHOW");
  process.exit(2);
}
// It stays open, since the core fetches a part of itself when it connects.
const vite = await createServer({
  root: `${import.meta.dirname}/..`,
  configFile: false,
  appType: "custom",
  logLevel: "error",
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, watch: null, hmr: false, ws: false },
});
const core = (name) => vite.ssrLoadModule(`/src/core/${name}.ts`);
const { RoomSocket } = await core("socket");
const { inProgram } = await core("surroundings");

const tell = (kind, value) => process.stdout.write(`${JSON.stringify([kind, value])}\n`);
const handlers = {
  onStatus(status, code) {
    tell("status", code ?? status);
    if (status !== "closed" || !code) return;
    process.exitCode = 1;
    lines.close();
  },
  onJoined: (joined) => tell("events" in joined ? "resumed" : "joined", joined),
  onEvents: (events) => tell("events", events),
};
const socket = new RoomSocket(show, handlers, inProgram(server, process.env.LIVECART_TOKEN));
const lines = createInterface({ input: process.stdin });
lines.on("line", (text) => {
  socket.request("chat.send", { text, key: crypto.randomUUID() }).then(
    ({ message }) => tell("said", message.id),
    (error) => tell("refused", error.code),
  );
});
lines.on("close", () => {
  socket.dispose();
  void vite.close();
});
socket.start();
