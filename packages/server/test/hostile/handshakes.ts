import { once } from "node:events";
import { request, type RequestOptions } from "node:http";
import { onTestFinished } from "vitest";

const webSocketHeaders = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** What a handshake differs in from that of a plain client. */
interface WebSocketRequest {
  readonly headers?: Record<string, string>;
  readonly query?: string;
  readonly path?: string;
}

/** Asks for a WebSocket, and returns the status of the answer. Its connection is closed when the test ends. */
export async function webSocketStatus(url: string, asked?: WebSocketRequest): Promise<number> {
  return (await openWebSocket(url, asked)).status;
}

/** The same, with a function that ends the connection. */
export async function openWebSocket(
  url: string,
  { headers = {}, query = "EIO=4&transport=websocket", path = "/socket.io/" }: WebSocketRequest = {},
): Promise<{ status: number; end: () => void }> {
  const options: RequestOptions = { agent: false, headers: { ...webSocketHeaders, ...headers } };
  const asked = request(`${url}${path}?${query}`, options);
  asked.on("error", () => undefined);
  asked.end();
  const [response] = (await Promise.race([once(asked, "upgrade"), once(asked, "response")])) as [
    { statusCode: number; socket: { destroy: () => void } },
  ];
  const end = (): void => {
    response.socket.destroy();
  };
  onTestFinished(end);
  return { status: response.statusCode, end };
}

/** A connection over long polling. */
export interface Polling {
  readonly status: number;
  /** Sends Engine.IO packets. */
  send(text: string): Promise<unknown>;
  /** Waits for packets. */
  poll(): Promise<string>;
}

export async function openPolling(url: string, headers: Record<string, string> = {}): Promise<Polling> {
  const address = `${url}/socket.io/?EIO=4&transport=polling`;
  const response = await fetch(address, { headers });
  const text = await response.text();
  const { sid = "" } = response.ok ? (JSON.parse(text.slice(1)) as { sid: string }) : {};
  return {
    status: response.status,
    send: (body) => fetch(`${address}&sid=${sid}`, { method: "POST", body, headers }),
    poll: async () => (await fetch(`${address}&sid=${sid}`, { headers })).text(),
  };
}
