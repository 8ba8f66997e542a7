import { MediaTap, ssrcOf } from "./media-tap.js";
import { randomFrom } from "./random.js";
import { UdpForwarder } from "./udp-forwarder.js";

/** One end of a path. */
export type End = 0 | 1;

/** The treatment of datagrams from one end to the other. */
export interface PathConditions {
  readonly cut?: boolean;
  /** 0 to 1. */
  readonly loss?: number;
  /** Milliseconds; order is kept. */
  readonly delayMs?: number;
  /** SSRCs of media streams whose packets are dropped. */
  readonly without?: readonly number[];
}

/** The network at the time a candidate arrived. After `changeNetwork` it is dead. */
interface Network {
  dead: boolean;
}

/**
 * Carries everything that two pages send to each other except signaling: media and data pass through forwarders of this
 * process, which can be cut and restored. `divertCandidates` makes the pages use it.
 */
export class UdpPath {
  readonly #conditions: [PathConditions, PathConditions] = [{}, {}];
  readonly #forwarders: UdpForwarder[] = [];
  readonly #taps: [MediaTap, MediaTap] = [new MediaTap(), new MediaTap()];
  readonly #random: () => number;
  #network: Network = { dead: false };

  /** @param seed Decides which datagrams are lost, if some are. */
  constructor(seed = 1) {
    this.#random = randomFrom(seed);
  }

  /**
   * Opens a forwarder from `from` to an address of the other end, and returns its port; undefined if there can be none.
   */
  async forward(from: End, address: string, port: number): Promise<number | undefined> {
    const network = this.#network;
    const forwarder = await UdpForwarder.open(address, port, (leg, datagram, send) => {
      const sender: End = leg === "out" ? from : other(from);
      const { cut = false, loss = 0, delayMs = 0, without = [] } = this.#conditions[sender];
      if (without.includes(ssrcOf(datagram) ?? -1)) return;
      if (cut || network.dead || (loss > 0 && this.#random() < loss)) return;
      this.#taps[sender].record(datagram);
      if (delayMs > 0) setTimeout(send, delayMs);
      else send();
    });
    if (forwarder !== undefined) this.#forwarders.push(forwarder);
    return forwarder?.port;
  }

  /** Sets the conditions for datagrams from one end, or from both. */
  set(conditions: PathConditions, from?: End): void {
    for (const end of [0, 1] as const) if (from === undefined || from === end) this.#conditions[end] = conditions;
  }

  /** Drops everything. */
  cut(from?: End): void {
    this.set({ cut: true }, from);
  }

  /** Everything arrives again, through existing forwarders and new ones. */
  restore(): void {
    this.set({});
  }

  /** Changes to another network: existing forwarders drop everything for good. Only candidates from now on work. */
  changeNetwork(): void {
    this.#network.dead = true;
    this.#network = { dead: false };
  }

  /** Records the media that an end sends from now on, as it arrives. */
  tap(from: End): MediaTap {
    this.#taps[from] = new MediaTap();
    return this.#taps[from];
  }

  close(): void {
    for (const forwarder of this.#forwarders.splice(0)) forwarder.close();
  }
}

export function other(end: End): End {
  return end === 0 ? 1 : 0;
}
