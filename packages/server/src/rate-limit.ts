/** How much one client may send, and cause to be sent. A value above 0 each; `burstPerPeer` may be 0. */
export interface RateLimit {
  /** Events per second, sustained. Default 50. */
  perSecond: number;
  /** Events at once, after a pause. Default 300. */
  burst: number;
  /**
   * Offers, answers and candidates at once beyond `burst`, for each other peer that is online in a room of the socket:
   * joining a large room takes many messages. Default 40.
   */
  burstPerPeer: number;
  /**
   * Rejected events after which the socket is disconnected, unless a long enough pause resets the count. Default 500.
   */
  maxRejections: number;
  /**
   * Deliveries per second, sustained. A `message` to a room or a change of metadata costs one for each receiver, a join
   * one for each peer that its answer lists or that is notified. Default 1 000.
   */
  deliveriesPerSecond: number;
  /** Deliveries at once, after a pause. A join costs half of them at most. Default 4 000. */
  deliveryBurst: number;
  /** @deprecated Use `maxRejections`. */
  maxRefusals?: number | undefined;
}

export const defaultRateLimit = {
  // An honest client sends a few messages a second for long, and more only while it connects.
  perSecond: 50,
  burst: 300,
  // An offer or an answer, and its candidates.
  burstPerPeer: 40,
  // A flood: ten seconds of the sustained rate, all of it rejected.
  maxRejections: 500,
  // In a full room of 64 each peer may send 15 chat messages a second, and 60 at once.
  deliveriesPerSecond: 1_000,
  deliveryBurst: 4_000,
} satisfies RateLimit;
