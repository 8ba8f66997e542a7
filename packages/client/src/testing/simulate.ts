import { systemClock, type Clock } from "../util/clock.js";
import { faultsOf, type Faults } from "../room/faults.js";
import type { MessageSchemas } from "../options.js";
import type { Peer } from "../peer/peer.js";
import type { PeerManager } from "../peer-manager.js";

/** What can be made to happen to a manager, in a browser as well as over fakes. */
export type Fault =
  /** The connection to the signaling server breaks, and comes back by itself. */
  | "signal-drop"
  /** The server is away for `ms`. */
  | "server-restart"
  /** ICE is said to have failed with every peer, so that the path is repaired. */
  | "ice-fail"
  /** An offer is made to every peer although nothing has changed: with one of theirs under way it is glare. */
  | "glare"
  /** For `ms` nothing that peers say through the server arrives. */
  | "peer-silent";

export interface SimulateOptions {
  /** How long it lasts, for those that last; default 5000. */
  ms?: number;
  /** The clock that the manager has; default: real time. */
  clock?: Clock;
}

/** What a Socket.IO client socket has besides, by which its listeners can be taken off and put back. */
interface Listening {
  listeners?(event: string): ((...args: unknown[]) => void)[];
}

/**
 * Makes a fault happen to a manager that is in a room, to see what one's own app makes of it. Resolves when the fault is
 * over and its repair is done or given up. Rejects with a `TypeError` for what is no manager of this library.
 */
export async function simulate<Messages extends MessageSchemas, Metadata>(
  manager: PeerManager<Messages, Metadata>,
  fault: Fault,
  { ms = 5000, clock = systemClock }: SimulateOptions = {},
): Promise<void> {
  const faults = (manager as { readonly [faultsOf]?: Faults })[faultsOf];
  if (faults === undefined) throw new TypeError("simulate() takes a PeerManager.");
  const { socket, pairs } = faults;
  const wait = (): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));
  switch (fault) {
    case "signal-drop": {
      const back = joinedAgain(manager);
      socket.io?.engine?.close?.();
      await back;
      break;
    }
    case "server-restart": {
      const back = joinedAgain(manager);
      socket.disconnect();
      await wait();
      socket.connect();
      await back;
      break;
    }
    case "ice-fail": {
      const repaired = [...pairs.keys()].map((id) => recovered(manager, id));
      for (const pair of pairs.values()) pair.failPath();
      await Promise.all(repaired);
      break;
    }
    case "glare": {
      const exchanged = [...manager.peers.values()].map(exchange);
      for (const pair of pairs.values()) pair.offer();
      await Promise.all(exchanged);
      break;
    }
    case "peer-silent": {
      const giveBack = ["offer", "answer", "candidate"].map((event) => silence(socket, event));
      await wait();
      for (const give of giveBack) give();
      break;
    }
  }
}

type AnyManager<Messages extends MessageSchemas, Metadata> = Pick<PeerManager<Messages, Metadata>, "on" | "state">;

/** Resolves at the next `joined`, or when the manager has left for good. */
function joinedAgain<Messages extends MessageSchemas, Metadata>(
  manager: AnyManager<Messages, Metadata>,
): Promise<void> {
  return new Promise((resolve) => {
    const off = manager.on("state", (state) => {
      if (state === "reconnecting" || state === "joining") return;
      off();
      resolve();
    });
  });
}

/** Resolves when the path to a peer is repaired or given up, or the peer has left. */
function recovered<Messages extends MessageSchemas, Metadata>(
  manager: AnyManager<Messages, Metadata>,
  id: string,
): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const off of offs) off();
      resolve();
    };
    const offs = [
      manager.on("recovery", ({ peer, step }) => {
        if (peer.id === id && (step === "recovered" || step === "gave-up")) done();
      }),
      manager.on("peerLeft", (peer) => {
        if (peer.id === id) done();
      }),
    ];
  });
}

/** Resolves when the next exchange of offer and answer with a peer is done. */
function exchange<Messages extends MessageSchemas, Metadata>({ connection }: Peer<Messages, Metadata>): Promise<void> {
  return new Promise((resolve) => {
    if (connection === undefined || connection.signalingState === "closed") {
      resolve();
      return;
    }
    const look = (): void => {
      if (connection.signalingState !== "stable" && connection.signalingState !== "closed") return;
      connection.removeEventListener("signalingstatechange", look);
      resolve();
    };
    connection.addEventListener("signalingstatechange", look);
  });
}

/** Takes the listeners of an event off; what it returns puts them back. */
function silence(socket: Faults["socket"], event: string): () => void {
  const listeners = [...((socket as Listening).listeners?.(event) ?? [])];
  for (const listener of listeners) socket.off(event, listener);
  return () => {
    for (const listener of listeners) socket.on(event, listener);
  };
}
