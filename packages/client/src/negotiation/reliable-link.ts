import type { Link } from "@sig/protocol";

/** Waits for an acknowledgement before a message is said again: this long, then twice as long, up to `maxResendMs`. */
const resendMs = 1000;
/** The longest such wait; also for a peer that was not heard yet and may know nothing of acknowledgements. */
const maxResendMs = 10_000;
/** An acknowledgement waits this long for a message that carries it. */
const ackMs = 200;
/** Said again as often without an answer, only the first message is: as a question whether there is anybody. */
const maxFullResends = 5;
/** Messages that may come before one that is missing. */
const maxEarly = 512;

export interface Numbered<Message> {
  readonly seq: number;
  readonly message: Message;
}

/** One end of one epoch: plain data. */
export interface LinkState<Message> {
  readonly epoch: string;
  /** Whether the peer keeps a sequence as well; `unknown` until it is heard. */
  readonly mode: "unknown" | "on" | "off";
  /** Whether there is any way to the peer. */
  readonly path: boolean;
  /** The number of our newest message. */
  readonly sent: number;
  readonly unacknowledged: readonly Numbered<Message>[];
  /** The number up to which everything of theirs was delivered. */
  readonly received: number;
  /** Theirs that came before one that is missing. */
  readonly early: readonly Numbered<Message>[];
  readonly owesAck: boolean;
  /** How often in a row it was said again without an answer. */
  readonly resends: number;
  /** A way has opened: what is missing is said again as soon as the peer says what it has. */
  readonly resyncing: boolean;
}

export type LinkInput<Message> =
  | { readonly type: "send"; readonly message: Message }
  /** `link` is absent where the peer keeps no sequence, `message` in a bare acknowledgement. */
  | { readonly type: "received"; readonly link?: Link | undefined; readonly message?: Message | undefined }
  /** A way to the peer has opened, or another one. */
  | { readonly type: "path-opened" }
  | { readonly type: "path-closed" }
  | { readonly type: "resend-due" }
  | { readonly type: "ack-due" };

export type LinkEffect<Message> =
  /** `link` is absent towards a peer that keeps no sequence. `again`: it may be lost on the usual way. */
  | {
      readonly type: "transmit";
      readonly message?: Message | undefined;
      readonly link?: Link | undefined;
      readonly again: boolean;
    }
  | { readonly type: "deliver"; readonly message: Message }
  /** Starts a timer anew; without `ms` it is stopped. */
  | { readonly type: "timer"; readonly timer: "resend" | "ack"; readonly ms?: number | undefined };

export interface LinkStep<Message> {
  readonly state: LinkState<Message>;
  readonly effects: readonly LinkEffect<Message>[];
}

export function initialLink<Message>(
  epoch: string,
  mode: LinkState<Message>["mode"],
  path: boolean,
): LinkState<Message> {
  return {
    epoch,
    mode,
    path,
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
 * What makes the way between two peers reliable below `negotiate`: every message has a number, is acknowledged, is
 * said again until it is, and is delivered once and in order. docs/recovery.md says why it must be here.
 */
export function stepLink<Message>(state: LinkState<Message>, input: LinkInput<Message>): LinkStep<Message> {
  switch (input.type) {
    case "send":
      return onSend(state, input.message);
    case "received":
      return input.link === undefined
        ? onUnnumbered(state, input.message)
        : onReceived(state, input.link, input.message);
    case "path-opened":
      return onPathOpened({ ...state, path: true, resends: 0 });
    case "path-closed":
      return { state: { ...state, path: false }, effects: [stop("resend"), stop("ack")] };
    case "resend-due":
      return resend({ ...state, resends: state.resends + 1 });
    case "ack-due":
      return state.owesAck && state.path
        ? { state: { ...state, owesAck: false }, effects: [bare(state, false)] }
        : { state, effects: [] };
  }
}

function onSend<Message>(state: LinkState<Message>, message: Message): LinkStep<Message> {
  if (state.mode === "off") return { state, effects: [{ type: "transmit", message, again: false }] };
  const numbered = { seq: state.sent + 1, message };
  const next = { ...state, sent: numbered.seq, unacknowledged: [...state.unacknowledged, numbered] };
  // Kept: what is negotiated already when the last way closes is needed when one opens.
  if (!state.path) return { state: next, effects: [] };
  const first: LinkEffect<Message>[] = state.unacknowledged.length === 0 ? [startResend(next)] : [];
  return { state: { ...next, owesAck: false }, effects: [transmit(next, numbered, false), stop("ack"), ...first] };
}

/** The peer keeps no sequence: nothing is to be acknowledged to it, or by it. */
function onUnnumbered<Message>(state: LinkState<Message>, message: Message | undefined): LinkStep<Message> {
  const effects: LinkEffect<Message>[] = message === undefined ? [] : [{ type: "deliver", message }];
  if (state.mode !== "unknown") return { state, effects };
  return { state: { ...state, mode: "off", unacknowledged: [] }, effects: [stop("resend"), ...effects] };
}

function onReceived<Message>(
  state: LinkState<Message>,
  { seq, ack }: Link,
  message: Message | undefined,
): LinkStep<Message> {
  const unacknowledged = state.unacknowledged.filter((numbered) => numbered.seq > ack);
  const heard = unacknowledged.length < state.unacknowledged.length;
  const acknowledged: LinkState<Message> = { ...state, mode: "on", unacknowledged, ...(heard && { resends: 0 }) };
  const timers = heard || state.mode === "unknown" ? [startResend(acknowledged)] : [];
  const again = state.resyncing
    ? resend({ ...acknowledged, resyncing: false })
    : { state: acknowledged, effects: timers };
  if (seq === 0 || message === undefined) return again;
  const arrived = arrive(again.state, { seq, message });
  return { state: arrived.state, effects: [...again.effects, ...arrived.effects] };
}

/** Delivers what is next in order; keeps what comes too early, drops what was delivered. All of it is acknowledged. */
function arrive<Message>(state: LinkState<Message>, numbered: Numbered<Message>): LinkStep<Message> {
  const effects: LinkEffect<Message>[] =
    state.owesAck || !state.path ? [] : [{ type: "timer", timer: "ack", ms: ackMs }];
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

/** Says what we have, so that the peer says again only what is missing, and waits to hear the same of the peer. */
function onPathOpened<Message>(state: LinkState<Message>): LinkStep<Message> {
  switch (state.mode) {
    case "off":
      return { state, effects: [] };
    case "unknown":
      return resend(state);
    case "on":
      return {
        state: { ...state, owesAck: false, resyncing: true },
        effects: [bare(state, true), stop("ack"), startResend(state)],
      };
  }
}

function resend<Message>(state: LinkState<Message>): LinkStep<Message> {
  if (!state.path) return { state, effects: [] };
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
  again: boolean,
): LinkEffect<Message> {
  return { type: "transmit", message, link: { epoch, seq, ack: received }, again };
}

/** Number 0 is nobody's place in the sequence. */
function bare<Message>({ epoch, received }: LinkState<Message>, again: boolean): LinkEffect<Message> {
  return { type: "transmit", link: { epoch, seq: 0, ack: received }, again };
}

function startResend<Message>({ unacknowledged, mode, resends, path }: LinkState<Message>): LinkEffect<Message> {
  if (unacknowledged.length === 0 || !path) return stop("resend");
  return {
    type: "timer",
    timer: "resend",
    ms: mode === "on" ? Math.min(maxResendMs, resendMs * 2 ** Math.min(resends, 10)) : maxResendMs,
  };
}

function stop(timer: "resend" | "ack"): { readonly type: "timer"; readonly timer: "resend" | "ack" } {
  return { type: "timer", timer };
}
