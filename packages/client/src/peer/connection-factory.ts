/**
 * Makes the connections of a room. A browser takes some milliseconds for one: the first is made while the server is
 * asked.
 */
export class ConnectionFactory {
  readonly #chosen: typeof RTCPeerConnection | undefined;
  #ahead: RTCPeerConnection | undefined;
  #aheadWith: RTCConfiguration = {};

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

  /** Throws the browser's error. */
  make(configuration: RTCConfiguration): RTCPeerConnection {
    try {
      // Changing it blocks on another thread.
      if (JSON.stringify(configuration.iceServers) !== JSON.stringify(this.#aheadWith.iceServers))
        this.#ahead?.setConfiguration(configuration);
    } catch {
      // The stack cannot change it, or the configuration is invalid.
      this.discard();
    }
    const connection = this.#ahead ?? this.#new(configuration);
    this.#ahead = undefined;
    return connection;
  }

  /** Closes the connection that was made ahead, if it was not used. */
  discard(): void {
    this.#ahead?.close();
    this.#ahead = undefined;
  }

  #new(configuration: RTCConfiguration): RTCPeerConnection {
    return new (this.#chosen ?? globalThis.RTCPeerConnection)(configuration);
  }
}
