import { randomFrom } from "./random.js";

/** `up`: from the client to the server. */
export type Direction = "up" | "down";

/** One Socket.IO event on its way through a proxy. */
export interface EventFrame {
  readonly direction: Direction;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * - `drop`: it is lost without a trace, as with a faulty server or proxy.
 * - `cut`: it is lost together with its connection, as TCP does it.
 * - `duplicate`: it arrives twice.
 * - `swap`: the next event goes first.
 */
export type FrameAction = "pass" | "drop" | "cut" | "duplicate" | "swap" | { readonly delayMs: number };

/** Chooses the action for a frame. */
export type FrameRule = (frame: EventFrame) => FrameAction;

/**
 * Parses an Engine.IO text frame with an event (`42["name",{...}]`, with or without an ack id); undefined for any other
 * frame.
 */
export function parseFrame(direction: Direction, text: string): EventFrame | undefined {
  const [, json] = /^42\d*(\[.*\])$/s.exec(text) ?? [];
  if (json === undefined) return undefined;
  const [event, payload] = JSON.parse(json) as [string, unknown];
  return {
    direction,
    event,
    payload: (typeof payload === "object" && payload !== null ? payload : {}) as Record<string, unknown>,
  };
}

/** True for messages from one peer to another; all others are between a peer and the server. */
export function isRelayed({ event }: EventFrame): boolean {
  return event === "offer" || event === "answer" || event === "candidate";
}

/** Applies an action to the first `count` frames that match, and passes all others. */
export function firstFrames(count: number, matches: (frame: EventFrame) => boolean, action: FrameAction): FrameRule {
  let left = count;
  return (frame) => {
    if (left === 0 || !matches(frame)) return "pass";
    left -= 1;
    return action;
  };
}

/** Random actions, each with its rate from 0 to 1. The same seed and the same frames give the same actions. */
export function randomFrames(
  seed: number,
  rates: Partial<Record<"drop" | "cut" | "duplicate" | "swap", number>>,
  matches: (frame: EventFrame) => boolean,
): FrameRule {
  const random = randomFrom(seed);
  return (frame) => {
    if (!matches(frame)) return "pass";
    let drawn = random();
    for (const [action, rate] of Object.entries(rates) as ["drop" | "cut" | "duplicate" | "swap", number][]) {
      if (drawn < rate) return action;
      drawn -= rate;
    }
    return "pass";
  };
}
