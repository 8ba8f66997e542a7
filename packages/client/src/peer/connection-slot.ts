import { randomText } from "../signaling/key.js";
import { Connection, type ConnectionListener } from "../webrtc/connection.js";
import { ConnectionBudget } from "./connection-budget.js";
import { reconfigure } from "./connection-factory.js";
import type { EarlyOffer } from "./early-offer.js";
import type { StepName } from "../negotiation/types.js";
import type { PeerIdentity, SessionRoom } from "./ports.js";

export interface ConnectionSlotListener extends ConnectionListener {
  /** A connection was made: local media and channels move to it. */
  connectionMade(connection: Connection, early?: EarlyOffer): void;
  /** The connection is in use from now on. */
  connectionUsed(): void;
  /** Also where the browser makes no connection now. */
  stepFailed(step: StepName | "make-connection", cause: unknown, final: boolean): void;
}

/** Holds the one connection with a peer: makes it, ahead of need or when it is used first, and lets go of it. */
export class ConnectionSlot {
  readonly #peer: PeerIdentity;
  readonly #room: SessionRoom;
  readonly #listener: ConnectionSlotListener;
  readonly #budget = new ConnectionBudget();
  declare current: Connection | undefined;
  /** Whether the connection is negotiated, and not only kept ready. */
  inUse = false;
  /**
   * The kinds of media received over the last connection, for a peer that takes one offer for each connection: the next
   * has to have room for them.
   */
  receivedKinds: readonly string[] = [];

  constructor(peer: PeerIdentity, room: SessionRoom, listener: ConnectionSlotListener) {
    this.#peer = peer;
    this.#room = room;
    this.#listener = listener;
  }

  /** Makes a connection ahead of need. */
  prepare(): void {
    if (this.current === undefined) this.#make();
  }

  /** The connection in use, made now if there is none; undefined if the browser makes none. */
  use(early?: EarlyOffer): Connection | undefined {
    if (this.current === undefined) this.#make(early);
    if (!this.inUse && this.current !== undefined) {
      this.inUse = true;
      this.#listener.connectionUsed();
    }
    return this.current;
  }

  /** Empties the slot. The caller closes what it gets back. */
  release(): Connection | undefined {
    const released = this.current;
    this.current = undefined;
    this.inUse = false;
    if (!this.#peer.profile.renegotiates) this.receivedKinds = released?.receives ?? this.receivedKinds;
    return released;
  }

  /**
   * Whether an offer can be applied to the current connection. `linked`: the peer keeps a sequence, so that epochs
   * tell.
   */
  canApply(offer: string, linked: boolean): boolean {
    const { polite, rollsBack, extended } = this.#peer.profile;
    const phase = this.current?.phase;
    const isOffering = phase === "creating-offer" || phase === "have-local-offer";
    // Our own offer would have to be rolled back. Some stacks cannot, and Chromium may open no message channel after
    // the rollback of the first.
    const isFirst = !this.current?.connection.remoteDescription;
    if (polite && isOffering && (!rollsBack || (extended && isFirst))) return false;
    // A peer without epochs that has begun anew (after a reload, say) fits no earlier connection.
    return linked || this.current?.fits(offer) !== false;
  }

  /** Runs a step with ICE servers that do not expire soon, unless the connection is gone meanwhile. */
  async withFreshIceServers(step: (connection: Connection | undefined) => void): Promise<void> {
    const connection = this.current;
    await this.#room.freshIceServers();
    if (this.current !== connection) return;
    connection?.configure(this.#room.configuration);
    step(connection);
  }

  #make(early?: EarlyOffer): void {
    const { settings } = this.#room;
    const { polite, renegotiates, trickles } = this.#peer.profile;
    const negotiation = { polite, renegotiates, idPrefix: randomText(8) };
    try {
      this.#budget.spend(settings.clock.now());
      const trickle = settings.trickle && trickles;
      const options = { settings: { ...settings, trickle }, negotiation };
      // The ICE servers came with the answer to the join.
      if (early !== undefined) reconfigure(early.connection, early.configuration, this.#room.configuration);
      this.current = new Connection(early?.connection ?? this.#room.makeConnection(), options, this.#listener);
      this.#room.note("connection made", this.#peer.id);
      this.#listener.connectionMade(this.current, early);
    } catch (error) {
      early?.connection.close();
      // The URL of an ICE server may be invalid; and Chromium has room for 500 in a page, closed ones that are not
      // collected included.
      this.#listener.stepFailed("make-connection", error, true);
    }
  }
}
