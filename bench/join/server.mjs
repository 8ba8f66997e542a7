import { createServer } from "node:http";
import { attachSignaling } from "@sig/server";
import { PeerServer } from "peer";
import { Server } from "socket.io";

// A process of its own. It starts to listen when it receives its pages.
/** @type {Record<string, string>} */
let pages = {};

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
function servePages(request, response) {
  const path = new URL(request.url ?? "/", "http://localhost").pathname.slice(1);
  const script = /^(.+)\.js$/.exec(path)?.[1];
  if (script !== undefined && script in pages)
    response.writeHead(200, { "content-type": "text/javascript" }).end(pages[script]);
  else
    response
      .writeHead(200, { "content-type": "text/html" })
      .end(`<!doctype html><link rel="icon" href="data:,"><script type="module" src="/${path}.js"></script>`);
}

const http = createServer(servePages);
const io = new Server(http, { serveClient: false, perMessageDeflate: false });
attachSignaling(io.of("/sig"), { rateLimit: false });

io.of("/relay").on("connection", (socket) => {
  /** @type {string | undefined} */
  let room;
  const leave = () => {
    if (room !== undefined) socket.to(room).emit("left", socket.id);
    if (room !== undefined) void socket.leave(room);
    room = undefined;
  };
  socket.on("join", (name, done) => {
    const others = [...(io.of("/relay").adapter.rooms.get(name) ?? [])];
    room = name;
    void socket.join(name);
    done(others);
  });
  socket.on("signal", (message) =>
    io
      .of("/relay")
      .to(message.to)
      .emit("signal", { ...message, from: socket.id }),
  );
  socket.on("leave", (done) => {
    leave();
    done();
  });
  socket.on("disconnecting", leave);
});

/** @param {import("node:net").Server} server */
const portOf = (server) => /** @type {import("node:net").AddressInfo} */ (server.address()).port;

process.on("message", (message) => {
  pages = /** @type {Record<string, string>} */ (message);
  http.listen(0, "127.0.0.1", () => {
    PeerServer({ port: 0, host: "127.0.0.1", path: "/", allow_discovery: true }, (peerServer) =>
      process.send?.({ port: portOf(http), peerPort: portOf(peerServer) }),
    );
  });
});
process.on("disconnect", () => process.exit());
