import { systemClock, type Clock } from "../util/clock.js";
import { faultsOf, type Faults } from "../room/faults.js";
import { isRelayed } from "../signaling/relayed.js";
import type { MessageSchemas } from "../peer/message-schemas.js";
import type { Peer } from "../peer/peer.js";
import type { PeerManager } from "../peer-manager.js";

/** A fault that `simulate` causes, in a browser as well as with fakes. */
export type Fault =
  /** The connection to the signaling server is lost; the manager reconnects. */
  | "signal-drop"
  /** The signaling server cannot be reached for `ms`. */
  | "server-restart"
  /** ICE is reported as failed for every peer, so that recovery begins. */
  | "ice-fail"
  /** An offer is made to every peer without a change. If the peer makes one too, it is glare. */
  | "glare"
  /** Offers, answers and candidates that arrive through the server are dropped for `ms`. */
  | "signals-lost"
  /** @deprecated The same as `signals-lost`. */
  | "peer-silent";

export interface SimulateOptions {
  /** The duration of `server-restart` and `signals-lost` in milliseconds. Default 5000. */
  ms?: number;
  /** The clock of the manager. Default: real time. */
  clock?: Clock;
}

/**
 * Causes a fault in a manager that is in a room, to see how the application behaves. Resolves when the fault is over
 * and its recovery has succeeded or given up. Rejects with a `TypeError` if `manager` is not a `PeerManager`.
 */
export async function simulate<Messages extends MessageSchemas, Metadata>(
  manager: PeerManager<Messages, Metadata>,
  fault: Fault,
  { ms = 5000, clock = systemClock }: SimulateOptions = {},
): Promise<void> {
  const faults = (manager as { readonly [faultsOf]?: Faults })[faultsOf];
  if (faults === undefined) throw new TypeError("The first argument of simulate() must be a PeerManager.");
  const { socket, membership, peers } = faults;
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
      const repaired = [...peers.keys()].map((id) => recovered(manager, id));
      for (const { session } of peers.values()) session.recover({ type: "failed", cause: "A failure was simulated." });
      await Promise.all(repaired);
      break;
    }
    case "glare": {
      const exchanged = [...manager.peers.values()].map(exchange);
      for (const { session } of peers.values()) session.offer();
      await Promise.all(exchanged);
      break;
    }
    case "signals-lost":
    case "peer-silent": {
      const restore = dropSignals(membership);
      await wait();
      restore();
      break;
    }
  }
}

type AnyManager<Messages extends MessageSchemas, Metadata> = Pick<PeerManager<Messages, Metadata>, "on" | "state">;

/** Resolves when the manager is `joined` again or has left. */
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

/** Resolves when the recovery of a peer has ended, or the peer has left. */
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

/** Resolves when the next offer/answer exchange with a peer has ended. */
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

/** Drops what peers send through the server. Returns a function that ends it. */
function dropSignals(membership: Faults["membership"]): () => void {
  if (membership === undefined) return () => undefined;
  const pass = membership.message.bind(membership);
  // A property of the object itself, before the method of its class.
  membership.message = (message) => {
    if (!isRelayed(message.event)) pass(message);
  };
  return () => void Reflect.deleteProperty(membership, "message");
}
