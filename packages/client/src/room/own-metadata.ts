import { requireJson } from "../options.js";
import type { SignalingError } from "../errors.js";
import type { Membership } from "../signaling/membership.js";

interface MetadataRoom {
  readonly membership: Membership | undefined;
}

/**
 * What we show of ourselves: the newest value, and the one that the server has accepted. At most one request is under
 * way; the newest value follows it, and those between are never sent.
 */
export class OwnMetadata {
  readonly #room: MetadataRoom;
  /** The newest value, or the accepted one again after a rejection. */
  newest: unknown;
  #accepted: unknown;
  /** Whether the newest value has yet to be sent. */
  #unsent = false;
  #last: Promise<unknown> = Promise.resolve();
  /** The request that follows the one under way. Its outcome is that of all values until it begins. */
  #next: Promise<void> | undefined;

  constructor(metadata: unknown, room: MetadataRoom) {
    if (metadata !== undefined) this.newest = copyOf(metadata);
    this.#room = room;
  }

  /** For a join. A new value follows a return by itself: were it rejected, it must not end the stay. */
  forJoin(): unknown {
    const isFirst = this.#room.membership?.state === "joining";
    if (isFirst) this.#accepted = this.newest;
    // A request under way is overwritten by the join.
    this.#unsent = !isFirst && this.newest !== this.#accepted;
    return this.#accepted;
  }

  /** Resolves at once where it is kept for a join or a return. Throws `INVALID_ARGUMENT`. */
  set(metadata: unknown): Promise<void> | undefined {
    this.newest = copyOf(metadata);
    this.#unsent = true;
    return this.#room.membership?.state === "joined" ? this.flush() : undefined;
  }

  /** Sends what has yet to be sent, after the request under way. */
  flush(): Promise<void> {
    this.#next ??= this.#last.then(() => this.#send());
    this.#last = this.#next.catch(() => undefined);
    return this.#next;
  }

  async #send(): Promise<void> {
    this.#next = undefined;
    const { membership } = this.#room;
    const isJoined = (): boolean => membership?.state === "joined";
    if (!this.#unsent || membership === undefined || !isJoined()) return;
    const metadata = this.newest;
    this.#unsent = false;
    try {
      await membership.call("metadata", { room: membership.room, metadata });
      this.#accepted = metadata;
    } catch (error) {
      /* eslint-disable @typescript-eslint/no-unnecessary-condition -- `#unsent` may have changed during the await */
      // It is kept for the return, or a newer one follows.
      if (!isJoined() || (this.#unsent && (error as SignalingError).retryable)) return;
      if (!this.#unsent) this.newest = this.#accepted;
      /* eslint-enable @typescript-eslint/no-unnecessary-condition */
      throw error;
    }
  }
}

/** The application may change its object later. */
function copyOf(metadata: unknown): unknown {
  requireJson("metadata", metadata, 1024);
  return JSON.parse(JSON.stringify(metadata)) as unknown;
}
