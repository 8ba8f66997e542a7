import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { attachSignaling, recommendedServerOptions, type Signaling, type SignalingOptions } from "@sig/server";
import { Server, type ServerOptions, type Socket as IoSocket } from "socket.io";
import { onTestFinished } from "vitest";
import { TestClient, type Transport } from "./client.js";

/** A real server on a port of its own, for one test. */
export interface TestServer {
  readonly io: Server;
  readonly signaling: Signaling;
  readonly url: string;
  connect(transport?: Transport, options?: { auth?: Record<string, unknown>; namespace?: string }): Promise<TestClient>;
}

/** Starts Socket.IO. Everything that a test opens is closed when it ends, whether it passes or not. */
export async function startIo(options: Partial<ServerOptions> = {}): Promise<{ io: Server; url: string }> {
  const http = createServer();
  const io = new Server(http, { ...recommendedServerOptions, ...options });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    await io.close();
  });
  return { io, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
}

export async function startServer(
  options: SignalingOptions<IoSocket> = {},
  ioOptions: Partial<ServerOptions> = {},
): Promise<TestServer> {
  const { io, url } = await startIo(ioOptions);
  const signaling = attachSignaling(io, options);
  onTestFinished(() => signaling.close());
  return { io, signaling, url, connect: (transport, extra) => connectTo(url, transport, extra) };
}

export async function connectTo(
  url: string,
  transport: Transport = "websocket",
  { namespace = "/", ...options }: { auth?: Record<string, unknown>; namespace?: string } = {},
): Promise<TestClient> {
  const client = await TestClient.connect(url + namespace, transport, options);
  onTestFinished(() => client.close());
  return client;
}

/** A promise that the test settles: for functions of the application. */
export function deferred<Value>(): {
  promise: Promise<Value>;
  resolve: (value: Value) => void;
  reject: (cause: unknown) => void;
} {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (cause: unknown) => void = () => undefined;
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** Waits until a condition holds. Only a failing test waits long. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 8_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
