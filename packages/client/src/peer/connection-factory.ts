import { isSameJson } from "../util/same-json.js";
import { makeEarlyOffer, type EarlyOffer, type OfferedMedia } from "./early-offer.js";

/**
 * Makes the connections of a room. A browser takes some milliseconds for one: the first is made while the server is
 * asked.
 */
export class ConnectionFactory {
  readonly #chosen: typeof RTCPeerConnection | undefined;
  #ahead: RTCPeerConnection | undefined;
  #aheadWith: RTCConfiguration = {};
  /** The connection that an offer is made of ahead, and the offer. */
  #offering: RTCPeerConnection | undefined;
  /** The offer that was made ahead, until it is used. */
  declare offered: EarlyOffer | undefined;

  /** `chosen` replaces the browser's class. */
  constructor(chosen: typeof RTCPeerConnection | undefined) {
    this.#chosen = chosen;
  }

  /** Makes a connection for the next `make`. Errors are left to that. */
  makeAhead(configuration: RTCConfiguration): void {
    if (this.#ahead !== undefined) return;
    try {
      this.#ahead = this.#new(configuration);
      this.#aheadWith = configuration;
    } catch {
      // `make` tries again.
    }
  }

  /** Makes an offer of everything, on a connection of its own. Resolves once it is made, or cannot be. */
  async offerAhead(configuration: RTCConfiguration, media: OfferedMedia): Promise<void> {
    try {
      const connection = this.#new(configuration);
      this.#offering = connection;
      // The ICE servers come later: a stack that cannot change the configuration makes no offer before that.
      connection.setConfiguration(configuration);
      const offer = await makeEarlyOffer(connection, configuration, media);
      if (this.#offering === connection) this.offered = offer;
    } catch {
      // The offer is made once the peer is known.
    }
  }

  /** `offered`, for the peer that it is for from now on: what becomes of its connection is left to the caller. */
  takeOffered(): EarlyOffer | undefined {
    const offered = this.offered;
    if (offered !== undefined) this.#offering = this.offered = undefined;
    return offered;
  }

  /** Throws the browser's error. */
  make(configuration: RTCConfiguration): RTCPeerConnection {
    try {
      if (this.#ahead !== undefined) reconfigure(this.#ahead, this.#aheadWith, configuration);
    } catch {
      // The stack cannot change it, or the configuration is invalid.
      this.#ahead?.close();
      this.#ahead = undefined;
    }
    const connection = this.#ahead ?? this.#new(configuration);
    this.#ahead = undefined;
    return connection;
  }

  /** Closes what was made ahead and is not used. */
  discard(): void {
    this.#ahead?.close();
    this.#offering?.close();
    this.#ahead = this.#offering = this.offered = undefined;
  }

  #new(configuration: RTCConfiguration): RTCPeerConnection {
    return new (this.#chosen ?? globalThis.RTCPeerConnection)(configuration);
  }
}

/** Gives a connection other ICE servers than it was made with. Not the same again: that blocks on another thread. */
export function reconfigure(connection: RTCPeerConnection, made: RTCConfiguration, next: RTCConfiguration): void {
  if (!isSameJson(made.iceServers, next.iceServers)) connection.setConfiguration(next);
}
