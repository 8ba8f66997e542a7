import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import sirv from "sirv";
import type { Cluster } from "./cluster.js";
import { proxyWebSocket } from "./proxy.js";

const servePage = sirv(fileURLToPath(new URL("public", import.meta.url)), {
  etag: true,
  setHeaders: (response) => response.setHeader("Content-Security-Policy", "default-src 'self'; img-src 'self' data:"),
});

/** What browsers connect to: the page, the signaling behind a proxy, and the state of the nodes. */
export function createFront(cluster: Cluster): Server {
  const http = createServer((request, response) => {
    if (request.url === "/nodes") sendStatus(cluster, response);
    else if (request.method === "POST") control(cluster, request, response);
    else servePage(request, response, () => void response.writeHead(404).end("Not found.\n"));
  });
  http.on("upgrade", (request, socket, head) => proxyWebSocket(request, socket, head, cluster.nextPort()));
  return http;
}

/** Server-sent events: the state of all nodes now, and after each change. */
function sendStatus(cluster: Cluster, response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  const send = () => response.write(`data: ${JSON.stringify(cluster.status())}\n\n`);
  send();
  response.on("close", cluster.onChange(send));
}

/** `POST /nodes/NAME/kill` and `/start`. */
function control(cluster: Cluster, { url = "", headers }: IncomingMessage, response: ServerResponse): void {
  const [, name = "", action] = /^\/nodes\/([\w-]+)\/(kill|start)$/.exec(url) ?? [];
  // Pages of other sites cannot kill nodes.
  const isOwnPage = headers.origin === `http://${headers.host ?? ""}`;
  if (action === undefined || !isOwnPage) {
    response.writeHead(isOwnPage ? 404 : 403).end();
    return;
  }
  void (action === "kill" ? cluster.kill(name) : cluster.start(name)).then(() => response.writeHead(204).end());
}
