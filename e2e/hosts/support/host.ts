import { once } from "node:events";
import type { Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attachSignaling, type Signaling } from "@sig/server";
import type { Namespace, Server } from "socket.io";
import type { io, ManagerOptions, SocketOptions } from "socket.io-client";
import type { Application } from "./application.js";

/** What a host is started with. */
export interface Calls {
  readonly attachSignaling: typeof attachSignaling;
  /** Whether that attaches anything. */
  readonly attached: boolean;
}

/** An application that listens. It has routes, events, rooms, middleware and a second namespace of its own. */
export interface Host {
  readonly http: HttpServer;
  readonly io: Server;
  readonly signaling: Signaling;
  readonly application: Application;
  /** The namespaces that the application or its calls use. */
  readonly namespaces: readonly Namespace[];
  /** The shutdown of the framework, as its documents show it. */
  stop(): Promise<void>;
}

/** A row of the matrix. */
export interface HostKind {
  readonly name: string;
  /** The namespace of the application's own events. */
  readonly own: string;
  /** The namespace of calls. */
  readonly calls: string;
  /** The service for the rooms of its pages, where that is not the one that was attached. */
  readonly serviceOf?: (signaling: Signaling) => Signaling;
  /** How its pages connect; default: as the newest Socket.IO does, over WebSocket. */
  readonly connect?: typeof io;
  readonly clientOptions?: Partial<ManagerOptions & SocketOptions>;
  start(calls: Calls): Promise<Host>;
}

export const withCalls: Calls = { attachSignaling, attached: true };

/** The same application, as it was before it had calls. */
export const withoutCalls: Calls = {
  attachSignaling: () => ({ close: () => Promise.resolve() }) as Signaling,
  attached: false,
};

type Started = Pick<Host, "http" | "io" | "signaling" | "application"> & Partial<Host>;

/** The host of an application, which listens, unless its framework has made it listen already. */
export async function hostOf(started: Started): Promise<Host> {
  const { http, io } = started;
  if (!http.listening) await once(http.listen(listenOn), "listening");
  return { namespaces: [io.of("/"), io.of("/admin")], stop: () => io.close(), ...started };
}

export const listenOn = { port: 0, host: "127.0.0.1" };

export function urlOf({ http }: Pick<Host, "http">): string {
  return `http://127.0.0.1:${String((http.address() as AddressInfo).port)}`;
}
