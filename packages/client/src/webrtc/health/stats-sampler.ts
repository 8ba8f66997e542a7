import type { PeerConnection } from "../peer-connection.js";

/**
 * Calls `getStats` (W3C webrtc-stats). Firefox never settles a call that was under way when the connection was closed.
 */
export class StatsSampler {
  readonly #connection: PeerConnection;
  readonly #asking = new Set<(report: undefined) => void>();

  constructor(connection: PeerConnection) {
    this.#connection = connection;
  }

  /** Undefined if the connection is closed meanwhile. Rejects as `getStats` does. */
  ask(): Promise<RTCStatsReport | undefined> {
    return new Promise((resolve, reject) => {
      const answer = this.#connection.getStats();
      this.#asking.add(resolve);
      answer.finally(() => this.#asking.delete(resolve)).then(resolve, reject);
    });
  }

  /** The connection is closed. */
  close(): void {
    for (const answer of this.#asking) answer(undefined);
  }
}
