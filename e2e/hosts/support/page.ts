import { PeerManager, type PeerManagerOptions } from "@sig/client";
import type { FakeNetwork } from "@sig/client/testing";
import { io, type Socket } from "socket.io-client";
import { onTestFinished } from "vitest";
import { urlOf, type Host, type HostKind } from "./host.js";

/** A page of the application: its own socket, and one for calls, which is the same where the namespace is. */
export interface Page {
  readonly own: Socket;
  readonly calls: Socket;
  /** What the server sent on the own socket. */
  readonly received: unknown[][];
}

export async function openPage(host: Host, kind: HostKind, url = urlOf(host)): Promise<Page> {
  const { own, calls, connect = io, clientOptions } = kind;
  const socket = connect(url + own, {
    forceNew: true,
    transports: ["websocket"],
    auth: { user: "ada" },
    reconnectionDelay: 20,
    reconnectionDelayMax: 50,
    ...clientOptions,
  });
  const received: unknown[][] = [];
  socket.onAny((...event: unknown[]) => received.push(event));
  const page = { own: socket, calls: calls === own ? socket : socket.io.socket(calls), received };
  onTestFinished(() => {
    page.own.disconnect();
    page.calls.disconnect();
  });
  await Promise.all([connected(page.own), connected(page.calls)]);
  return page;
}

export async function connected(socket: Socket): Promise<void> {
  if (socket.connected) return;
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
}

/** A manager whose connections are fakes: all of signaling is real. */
export function manage(page: Page, network: FakeNetwork, name: string, options: Partial<PeerManagerOptions> = {}) {
  return new PeerManager(page.calls, {
    RTCPeerConnection: network.connectionClass(name),
    recovery: { rejoinDelayMs: 20, rejoinMaxDelayMs: 50 },
    ...options,
  });
}
