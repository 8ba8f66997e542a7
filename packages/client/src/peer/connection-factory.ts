/** Makes the connections of a room. A browser takes some milliseconds for one: the first can be made while nothing else is to be done. */
export class ConnectionFactory {
  readonly #chosen: typeof RTCPeerConnection | undefined;
  #ahead: RTCPeerConnection | undefined;
  #aheadWith: RTCConfiguration = {};

  /** `chosen` is the class to make them of, where it is not the browser's. */
  constructor(chosen: typeof RTCPeerConnection | undefined) {
    this.#chosen = chosen;
  }

  /** Makes one for the next `make`, which tells what goes wrong. */
  makeAhead(configuration: RTCConfiguration): void {
    if (this.#ahead !== undefined) return;
    try {
      this.#ahead = this.#new(configuration);
      this.#aheadWith = configuration;
    } catch {
      // It is tried again when it is needed.
    }
  }

  /** Throws what the browser throws. */
  make(configuration: RTCConfiguration): RTCPeerConnection {
    try {
      // Browsers wait for another thread to change it.
      if (JSON.stringify(configuration.iceServers) !== JSON.stringify(this.#aheadWith.iceServers))
        this.#ahead?.setConfiguration(configuration);
    } catch {
      // A stack that cannot change it, or what cannot be in a configuration.
      this.discard();
    }
    const connection = this.#ahead ?? this.#new(configuration);
    this.#ahead = undefined;
    return connection;
  }

  /** Closes the one that was made ahead, if nobody took it. */
  discard(): void {
    this.#ahead?.close();
    this.#ahead = undefined;
  }

  #new(configuration: RTCConfiguration): RTCPeerConnection {
    return new (this.#chosen ?? globalThis.RTCPeerConnection)(configuration);
  }
}
