import { maxEarly } from "./bounds.js";
import { ackDelayMs, maxFullResends, maxResendMs, resendMs } from "./time-constants.js";
import type { Link } from "@sig/protocol/page";

export interface Numbered<Message> {
  readonly seq: number;
  readonly message: Message;
}

/** One end of the link in one epoch: plain data. */
export interface LinkState<Message> {
  readonly epoch: string;
  /** Whether both ends number their messages; `unknown` until the first message of the peer. */
  readonly mode: "unknown" | "numbered" | "unnumbered";
  /** The number of our newest message. */
  readonly sent: number;
  readonly unacknowledged: readonly Numbered<Message>[];
  /** All messages of the peer up to this number were delivered. */
  readonly received: number;
  /** Messages of the peer that arrived before a missing one. */
  readonly early: readonly Numbered<Message>[];
  readonly owesAck: boolean;
  /** Resends in a row without an acknowledgement. */
  readonly resends: number;
  /** A route has opened: the next acknowledgement tells what is missing, and that is resent. */
  readonly resyncing: boolean;
}

export type LinkInput<Message> =
  | { readonly type: "send"; readonly message: Message; readonly isSent?: boolean }
  /** `link` is absent if the peer does not number its messages; `message` is absent in a bare acknowledgement. */
  | { readonly type: "received"; readonly link?: Link | undefined; readonly message?: Message | undefined }
  /** A route to the peer has opened, or the route has changed. */
  | { readonly type: "route-opened" }
  | { readonly type: "resend-due" }
  | { readonly type: "ack-due" };

export type LinkEffect<Message> =
  /** `link` is absent in `unnumbered` mode. `resend`: the usual route may be losing messages. */
  | {
      readonly type: "transmit";
      readonly message?: Message | undefined;
      readonly link?: Link | undefined;
      readonly resend: boolean;
    }
  | { readonly type: "deliver"; readonly message: Message }
  /** Restarts a timer; stops it if `ms` is absent. */
  | { readonly type: "timer"; readonly timer: "resend" | "ack"; readonly ms?: number | undefined };

export interface LinkStep<Message> {
  readonly state: LinkState<Message>;
  readonly effects: readonly LinkEffect<Message>[];
}

export function initialLink<Message>(epoch: string, mode: LinkState<Message>["mode"]): LinkState<Message> {
  return {
    epoch,
    mode,
    sent: 0,
    unacknowledged: [],
    received: 0,
    early: [],
    owesAck: false,
    resends: 0,
    resyncing: false,
  };
}

/**
 * Makes signaling between two peers reliable: numbers each message, resends it until it is acknowledged, and delivers
 * it once and in order. While no route is open the caller transmits nothing and runs no timer: `route-opened` makes up
 * for it. docs/recovery.md says why `negotiate` needs this.
 */
export function stepLink<Message>(state: LinkState<Message>, input: LinkInput<Message>): LinkStep<Message> {
  const effects: LinkEffect<Message>[] = [];
  return { state: react(state, input, effects), effects };
}

/** The functions below return the next state and add to `effects`. */
function react<Message>(
  state: LinkState<Message>,
  input: LinkInput<Message>,
  effects: LinkEffect<Message>[],
): LinkState<Message> {
  switch (input.type) {
    case "send":
      return onSend(state, input.message, effects, input.isSent);
    case "received":
      return input.link === undefined
        ? onUnnumbered(state, input.message, effects)
        : onReceived(state, input.link, input.message, effects);
    case "route-opened":
      return onRouteOpened({ ...state, resends: 0 }, effects);
    case "resend-due":
      return resend({ ...state, resends: state.resends + 1 }, effects);
    case "ack-due":
      return state.owesAck ? acknowledge(state, false, effects) : state;
  }
}

function onSend<Message>(
  state: LinkState<Message>,
  message: Message,
  effects: LinkEffect<Message>[],
  isSent = false,
): LinkState<Message> {
  if (state.mode === "unnumbered") {
    effects.push({ type: "transmit", message, resend: false });
    return state;
  }
  const numbered = { seq: state.sent + 1, message };
  const next = {
    ...state,
    sent: numbered.seq,
    unacknowledged: [...state.unacknowledged, numbered],
    owesAck: false,
  };
  if (!isSent) transmit(state, numbered, false, effects);
  if (state.unacknowledged.length === 0) restartResend(next, effects);
  return next;
}

/** The peer does not number its messages: neither end acknowledges. */
function onUnnumbered<Message>(
  state: LinkState<Message>,
  message: Message | undefined,
  effects: LinkEffect<Message>[],
): LinkState<Message> {
  const next: LinkState<Message> =
    state.mode === "unknown" ? { ...state, mode: "unnumbered", unacknowledged: [] } : state;
  if (next !== state) restartResend(next, effects);
  if (message !== undefined) effects.push({ type: "deliver", message });
  return next;
}

function onReceived<Message>(
  state: LinkState<Message>,
  { seq, ack }: Link,
  message: Message | undefined,
  effects: LinkEffect<Message>[],
): LinkState<Message> {
  const unacknowledged = state.unacknowledged.filter((numbered) => numbered.seq > ack);
  const progress = unacknowledged.length < state.unacknowledged.length;
  let next: LinkState<Message> = { ...state, mode: "numbered", unacknowledged, resyncing: false };
  if (progress) next = { ...next, resends: 0 };
  if (state.resyncing) next = resend(next, effects);
  else if (progress || state.mode === "unknown") restartResend(next, effects);
  return seq === 0 || message === undefined ? next : accept(next, { seq, message }, effects);
}

/** Delivers whatever is next in order, keeps what arrived too soon, drops duplicates, and acknowledges each. */
function accept<Message>(
  state: LinkState<Message>,
  numbered: Numbered<Message>,
  effects: LinkEffect<Message>[],
): LinkState<Message> {
  if (!state.owesAck) effects.push({ type: "timer", timer: "ack", ms: ackDelayMs });
  let { received, early } = state;
  if (numbered.seq > received && numbered.seq <= received + maxEarly && !early.some(({ seq }) => seq === numbered.seq))
    early = [...early, numbered];
  for (;;) {
    const next = early.find(({ seq }) => seq === received + 1);
    if (next === undefined) break;
    received = next.seq;
    early = early.filter((other) => other !== next);
    effects.push({ type: "deliver", message: next.message });
  }
  return { ...state, received, early, owesAck: true };
}

/** Both ends acknowledge first, so that each resends only what the other is missing. */
function onRouteOpened<Message>(state: LinkState<Message>, effects: LinkEffect<Message>[]): LinkState<Message> {
  if (state.mode !== "numbered") return resend(state, effects);
  restartResend(state, effects);
  return acknowledge({ ...state, resyncing: true }, true, effects);
}

function resend<Message>(state: LinkState<Message>, effects: LinkEffect<Message>[]): LinkState<Message> {
  const due = state.unacknowledged.slice(0, state.resends > maxFullResends ? 1 : undefined);
  for (const numbered of due) transmit(state, numbered, true, effects);
  restartResend(state, effects);
  return due.length === 0 ? state : { ...state, owesAck: false };
}

/** Sends a bare acknowledgement. Messages are numbered from 1: 0 stands for none. */
function acknowledge<Message>(
  state: LinkState<Message>,
  resend: boolean,
  effects: LinkEffect<Message>[],
): LinkState<Message> {
  transmit(state, { seq: 0 }, resend, effects);
  return { ...state, owesAck: false };
}

function transmit<Message>(
  { epoch, received }: LinkState<Message>,
  { seq, message }: Partial<Numbered<Message>> & { readonly seq: number },
  resend: boolean,
  effects: LinkEffect<Message>[],
): void {
  effects.push({ type: "transmit", message, link: { epoch, seq, ack: received }, resend });
}

/** Stops the timer if nothing waits for an acknowledgement. */
function restartResend<Message>(
  { unacknowledged, mode, resends }: LinkState<Message>,
  effects: LinkEffect<Message>[],
): void {
  const ms = mode === "numbered" ? Math.min(maxResendMs, resendMs * 2 ** resends) : maxResendMs;
  effects.push({ type: "timer", timer: "resend", ms: unacknowledged.length === 0 ? undefined : ms });
}
