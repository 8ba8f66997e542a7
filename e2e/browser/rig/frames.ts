import { randomFrom } from "./random.js";

/** `up`: from the client to the server. */
export type Way = "up" | "down";

/** One event of Socket.IO, on its way through a proxy. */
export interface EventFrame {
  readonly way: Way;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * - `lose`: it is gone and nobody notices, as a faulty server or proxy may have it.
 * - `cut`: it is gone, and the connection with it, as TCP has it.
 * - `double`: it arrives twice.
 * - `swap`: the next event goes first.
 */
export type Fate = "pass" | "lose" | "cut" | "double" | "swap" | { readonly delayMs: number };

/** Reads an Engine.IO text frame with an event (`42["name",{...}]`, an ack's id before the bracket allowed); undefined for anything else. */
export function readFrame(way: Way, text: string): EventFrame | undefined {
  const [, json] = /^42\d*(\[.*\])$/s.exec(text) ?? [];
  if (json === undefined) return undefined;
  const [event, payload] = JSON.parse(json) as [string, unknown];
  return {
    way,
    event,
    payload: (typeof payload === "object" && payload !== null ? payload : {}) as Record<string, unknown>,
  };
}

/** Messages from one peer to another; the rest is between a peer and the server. */
export function isRelayed({ event }: EventFrame): boolean {
  return event === "offer" || event === "answer" || event === "candidate";
}

/** Gives a fate to as many of the frames that fit as it is asked for, and lets all others pass. */
export function next(count: number, fits: (frame: EventFrame) => boolean, fate: Fate): (frame: EventFrame) => Fate {
  let left = count;
  return (frame) => {
    if (left === 0 || !fits(frame)) return "pass";
    left -= 1;
    return fate;
  };
}

/** Fates by chance, each with its rate; the same for the same seed and the same frames. */
export function byChance(
  seed: number,
  rates: Partial<Record<"lose" | "cut" | "double" | "swap", number>>,
  fits: (frame: EventFrame) => boolean,
): (frame: EventFrame) => Fate {
  const random = randomFrom(seed);
  return (frame) => {
    if (!fits(frame)) return "pass";
    let drawn = random();
    for (const [fate, rate] of Object.entries(rates) as ["lose" | "cut" | "double" | "swap", number][]) {
      if (drawn < rate) return fate;
      drawn -= rate;
    }
    return "pass";
  };
}
