import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";

/**
 * Passes a WebSocket to a node, byte by byte. Any node will do, because a WebSocket is one connection. Long polling is
 * many requests, which would all have to reach the same node: docs/deploying.md, "Sticky sessions".
 *
 * @param port that of the node; absent if no node is running
 */
export function proxyWebSocket(request: IncomingMessage, client: Duplex, head: Buffer, port: number | undefined): void {
  client.on("error", () => client.destroy());
  if (port === undefined) {
    client.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    return;
  }
  const node = connect(port, "127.0.0.1");
  node.on("error", () => node.destroy());
  // If one end is gone the other one has to notice: the client then connects again, to a node that runs.
  node.on("close", () => client.destroy());
  client.on("close", () => node.destroy());
  node.write(headOf(request));
  node.write(head);
  client.pipe(node).pipe(client);
}

/** The request as it came: Node.js has read it already. */
function headOf({ method = "GET", url = "/", rawHeaders }: IncomingMessage): string {
  const headers = rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
  return `${method} ${url} HTTP/1.1\r\n${headers.join("")}\r\n`;
}
