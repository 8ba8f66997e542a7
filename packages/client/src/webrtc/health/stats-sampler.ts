import { PendingCalls } from "../pending-calls.js";
import type { PeerConnection } from "../peer-connection.js";

/** Calls `getStats` (W3C webrtc-stats). */
export class StatsSampler extends PendingCalls {
  readonly #connection: PeerConnection;

  constructor(connection: PeerConnection) {
    super();
    this.#connection = connection;
  }

  /** Undefined if the connection is closed meanwhile. Rejects as `getStats` does. */
  async ask(): Promise<RTCStatsReport | undefined> {
    return this.settled(this.#connection.getStats());
  }
}
