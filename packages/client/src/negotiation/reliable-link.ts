import type { Link } from "@sig/protocol/page";
import { ackDelayMs, maxFullResends, maxResendMs, resendMs } from "./time-constants.js";

/** Messages kept that arrived before a missing one. */
const maxEarly = 512;

export interface Numbered<Message> {
  readonly seq: number;
  readonly message: Message;
}

/** One end of the link in one epoch: plain data. */
export interface LinkState<Message> {
  readonly epoch: string;
  /** Whether both ends number their messages; `unknown` until the first message of the peer. */
  readonly mode: "unknown" | "numbered" | "unnumbered";
  /** Whether any route to the peer is open. */
  readonly open: boolean;
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
  | { readonly type: "send"; readonly message: Message }
  /** `link` is absent if the peer does not number its messages; `message` is absent in a bare acknowledgement. */
  | { readonly type: "received"; readonly link?: Link | undefined; readonly message?: Message | undefined }
  /** A route to the peer has opened, or the route has changed. */
  | { readonly type: "route-opened" }
  | { readonly type: "route-closed" }
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

export function initialLink<Message>(
  epoch: string,
  mode: LinkState<Message>["mode"],
  open: boolean,
): LinkState<Message> {
  return {
    epoch,
    mode,
    open,
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
 * it once and in order. docs/recovery.md says why `negotiate` needs this.
 */
export function stepLink<Message>(state: LinkState<Message>, input: LinkInput<Message>): LinkStep<Message> {
  switch (input.type) {
    case "send":
      return onSend(state, input.message);
    case "received":
      return input.link === undefined
        ? onUnnumbered(state, input.message)
        : onReceived(state, input.link, input.message);
    case "route-opened":
      return onRouteOpened({ ...state, open: true, resends: 0 });
    case "route-closed":
      return { state: { ...state, open: false }, effects: [stop("resend"), stop("ack")] };
    case "resend-due":
      return resend({ ...state, resends: state.resends + 1 });
    case "ack-due":
      return state.owesAck && state.open
        ? { state: { ...state, owesAck: false }, effects: [bareAck(state, false)] }
        : { state, effects: [] };
  }
}

function onSend<Message>(state: LinkState<Message>, message: Message): LinkStep<Message> {
  if (state.mode === "unnumbered") return { state, effects: [{ type: "transmit", message, resend: false }] };
  const numbered = { seq: state.sent + 1, message };
  const next = { ...state, sent: numbered.seq, unacknowledged: [...state.unacknowledged, numbered] };
  // Kept without a route: an exchange that was under way when the last route closed goes on when one opens.
  if (!state.open) return { state: next, effects: [] };
  const first: LinkEffect<Message>[] = state.unacknowledged.length === 0 ? [startResend(next)] : [];
  return { state: { ...next, owesAck: false }, effects: [transmit(next, numbered, false), stop("ack"), ...first] };
}

/** The peer does not number its messages: neither end acknowledges. */
function onUnnumbered<Message>(state: LinkState<Message>, message: Message | undefined): LinkStep<Message> {
  const effects: LinkEffect<Message>[] = message === undefined ? [] : [{ type: "deliver", message }];
  if (state.mode !== "unknown") return { state, effects };
  return { state: { ...state, mode: "unnumbered", unacknowledged: [] }, effects: [stop("resend"), ...effects] };
}

function onReceived<Message>(
  state: LinkState<Message>,
  { seq, ack }: Link,
  message: Message | undefined,
): LinkStep<Message> {
  const unacknowledged = state.unacknowledged.filter((numbered) => numbered.seq > ack);
  const progress = unacknowledged.length < state.unacknowledged.length;
  const acknowledged: LinkState<Message> = {
    ...state,
    mode: "numbered",
    unacknowledged,
    ...(progress && { resends: 0 }),
  };
  const timers = progress || state.mode === "unknown" ? [startResend(acknowledged)] : [];
  const resent = state.resyncing
    ? resend({ ...acknowledged, resyncing: false })
    : { state: acknowledged, effects: timers };
  if (seq === 0 || message === undefined) return resent;
  const accepted = accept(resent.state, { seq, message });
  return { state: accepted.state, effects: [...resent.effects, ...accepted.effects] };
}

/** Delivers whatever is next in order, keeps what arrived too soon, drops duplicates, and acknowledges each. */
function accept<Message>(state: LinkState<Message>, numbered: Numbered<Message>): LinkStep<Message> {
  const effects: LinkEffect<Message>[] =
    state.owesAck || !state.open ? [] : [{ type: "timer", timer: "ack", ms: ackDelayMs }];
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
  return { state: { ...state, received, early, owesAck: true }, effects };
}

/** Both ends acknowledge first, so that each resends only what the other is missing. */
function onRouteOpened<Message>(state: LinkState<Message>): LinkStep<Message> {
  switch (state.mode) {
    case "unnumbered":
      return { state, effects: [] };
    case "unknown":
      return resend(state);
    case "numbered":
      return {
        state: { ...state, owesAck: false, resyncing: true },
        effects: [bareAck(state, true), stop("ack"), startResend(state)],
      };
  }
}

function resend<Message>(state: LinkState<Message>): LinkStep<Message> {
  if (!state.open) return { state, effects: [] };
  const effects = state.unacknowledged
    .slice(0, state.resends > maxFullResends ? 1 : undefined)
    .map((numbered) => transmit(state, numbered, true));
  return {
    state: effects.length === 0 ? state : { ...state, owesAck: false },
    effects: [...effects, startResend(state)],
  };
}

function transmit<Message>(
  { epoch, received }: LinkState<Message>,
  { seq, message }: Numbered<Message>,
  resend: boolean,
): LinkEffect<Message> {
  return { type: "transmit", message, link: { epoch, seq, ack: received }, resend };
}

/** Messages are numbered from 1: 0 stands for none. */
function bareAck<Message>({ epoch, received }: LinkState<Message>, resend: boolean): LinkEffect<Message> {
  return { type: "transmit", link: { epoch, seq: 0, ack: received }, resend };
}

function startResend<Message>({ unacknowledged, mode, resends, open }: LinkState<Message>): LinkEffect<Message> {
  if (unacknowledged.length === 0 || !open) return stop("resend");
  return {
    type: "timer",
    timer: "resend",
    ms: mode === "numbered" ? Math.min(maxResendMs, resendMs * 2 ** Math.min(resends, 10)) : maxResendMs,
  };
}

function stop(timer: "resend" | "ack"): { readonly type: "timer"; readonly timer: "resend" | "ack" } {
  return { type: "timer", timer };
}
