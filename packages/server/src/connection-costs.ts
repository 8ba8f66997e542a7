import { OutboundQueues } from "./outbound-queues.js";
import { RateLimiters } from "./rate-limiters.js";
import { type Settings } from "./settings.js";

/** What is counted for whole connections. The services of the children of one parent namespace share it. */
export interface ConnectionCosts {
  /** Absent if the rate limit is switched off. */
  readonly rateLimiters: RateLimiters | undefined;
  readonly outbound: OutboundQueues;
}

export function createConnectionCosts({ rateLimit, maxQueuedBytes, clock }: Settings): ConnectionCosts {
  return {
    rateLimiters: rateLimit && new RateLimiters(rateLimit, clock),
    outbound: new OutboundQueues(maxQueuedBytes),
  };
}
