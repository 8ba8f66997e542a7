import type { PeerConnection } from "./peer-connection.js";

/** What a connection counts (W3C webrtc-stats). Firefox never answers what it was asked before the connection was closed. */
export class Statistics {
  readonly #connection: PeerConnection;
  readonly #asking = new Set<(report: undefined) => void>();

  constructor(connection: PeerConnection) {
    this.#connection = connection;
  }

  /** Undefined when the connection is closed meanwhile. Rejects as `getStats` does. */
  ask(): Promise<RTCStatsReport | undefined> {
    return new Promise((resolve, reject) => {
      const answer = this.#connection.getStats();
      this.#asking.add(resolve);
      answer.finally(() => this.#asking.delete(resolve)).then(resolve, reject);
    });
  }

  /** To be called when the connection is closed. */
  close(): void {
    for (const answer of this.#asking) answer(undefined);
  }
}
