import type { PeerConnection } from "../peer-connection.js";

/** Calls `getStats` (W3C webrtc-stats). Firefox never settles a call that was under way when the connection was closed. */
export class StatsSampler {
  readonly #connection: PeerConnection;
  readonly #asking = new Set<(report: undefined) => void>();

  constructor(connection: PeerConnection) {
    this.#connection = connection;
  }

  /** Undefined where the connection is closed meanwhile. Rejects as `getStats` does. */
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

/** The bytes that the whole connection has received, acknowledgements of messages included. */
export function bytesReceived(stats: RTCStatsReport | undefined): number {
  let sum = 0;
  stats?.forEach(({ type, bytesReceived }: { type: string; bytesReceived?: number }) => {
    if (type === "transport" || type === "candidate-pair") sum += bytesReceived ?? 0;
  });
  return sum;
}
