import { iceServersRefreshAt } from "../negotiation/time-constants.js";
import type { ServerPayload } from "@sig/protocol/page";
import type { Clock } from "../util/clock.js";

type IceServersAnswer = Pick<ServerPayload<"created">, "iceServers" | "iceServersTtl">;

/** The ICE servers for new connections: those of the options, or those of the signaling server while they are valid. */
export class IceServerList {
  readonly #fixed: RTCIceServer[] | undefined;
  readonly #clock: Clock;
  #received: RTCIceServer[] = [];
  /** Nothing was received yet. */
  #staleAt = -Infinity;

  /** `fixed` are the application's own, which never expire. */
  constructor(fixed: RTCIceServer[] | undefined, clock: Clock) {
    this.#fixed = fixed;
    this.#clock = clock;
  }

  get current(): RTCIceServer[] {
    return this.#fixed ?? this.#received;
  }

  /** Takes what the server sent. True if there was a list in it. */
  update({ iceServers, iceServersTtl }: IceServersAnswer): boolean {
    if (iceServers === undefined) return false;
    this.#received = iceServers;
    this.#staleAt =
      iceServersTtl === undefined ? Infinity : this.#clock.now() + iceServersTtl * 1000 * iceServersRefreshAt;
    return true;
  }

  /** Whether there is no list or it expires soon, so that a new one should be requested before it is used. */
  get isStale(): boolean {
    return this.#fixed === undefined && this.#clock.now() >= this.#staleAt;
  }
}
