import { MediaTap, ssrcOf } from "./media-tap.js";
import { randomFrom } from "./random.js";
import { UdpForwarder } from "./udp-forwarder.js";

/** One end of a path. */
export type End = 0 | 1;

/** How datagrams fare from one end to the other. */
export interface Course {
  readonly cut?: boolean;
  /** 0 to 1. */
  readonly loss?: number;
  /** Milliseconds; order is kept. */
  readonly delayMs?: number;
  /** Streams of media of which nothing arrives, by their SSRC. */
  readonly without?: readonly number[];
}

/** One detour. The way that media takes is the one that most has gone over lately. */
interface Way {
  dead: boolean;
  bytes: number;
}

/** The network as it was when a candidate came: what has moved on leaves it behind. */
interface Network {
  dead: boolean;
}

/**
 * All that two pages send to each other besides signaling: media and data go through forwarders of this process, which can
 * be cut and mended. The pages come here by `takeDetours`.
 */
export class UdpPath {
  readonly #courses: [Course, Course] = [{}, {}];
  readonly #forwarders: UdpForwarder[] = [];
  readonly #ways: Way[] = [];
  readonly #taps: [MediaTap, MediaTap] = [new MediaTap(), new MediaTap()];
  readonly #random: () => number;
  #network: Network = { dead: false };

  /** @param seed Which datagrams are lost, where some are. */
  constructor(seed = 1) {
    this.#random = randomFrom(seed);
  }

  /** A detour by which `from` reaches an address of the other end; the port it begins at, or undefined where there is none. */
  async detour(from: End, address: string, port: number): Promise<number | undefined> {
    const network = this.#network;
    const way: Way = { dead: false, bytes: 0 };
    this.#ways.push(way);
    const forwarder = await UdpForwarder.open(address, port, (leg, datagram, send) => {
      const sender: End = leg === "out" ? from : other(from);
      const { cut = false, loss = 0, delayMs = 0, without = [] } = this.#courses[sender];
      if (without.includes(ssrcOf(datagram) ?? -1)) return;
      if (cut || network.dead || way.dead || (loss > 0 && this.#random() < loss)) return;
      way.bytes += datagram.length;
      this.#taps[sender].see(datagram);
      if (delayMs > 0) setTimeout(send, delayMs);
      else send();
    });
    if (forwarder !== undefined) this.#forwarders.push(forwarder);
    return forwarder?.port;
  }

  /** Sets how datagrams fare: from one end, or from both. */
  set(course: Course, from?: End): void {
    for (const end of [0, 1] as const) if (from === undefined || from === end) this.#courses[end] = course;
  }

  /** Nothing arrives any more. */
  cut(from?: End): void {
    this.set({ cut: true }, from);
  }

  /** Everything arrives again, on the ways that were there before as on new ones. */
  mend(): void {
    this.set({});
  }

  /** Cuts for good the ways that carry anything to speak of, and leaves the others. Resolves when it is done. */
  async cutActive(watchMs = 300): Promise<void> {
    for (const way of this.#ways) way.bytes = 0;
    await new Promise((resolve) => setTimeout(resolve, watchMs));
    const most = Math.max(...this.#ways.map(({ bytes }) => bytes));
    for (const way of this.#ways) if (way.bytes > most / 4) way.dead = true;
  }

  /** Another network: the ways that are there now are dead for good. Candidates that come from now on lead somewhere. */
  move(): void {
    this.#network.dead = true;
    this.#network = { dead: false };
  }

  /** What an end sends of media from now on, as it arrives. */
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
