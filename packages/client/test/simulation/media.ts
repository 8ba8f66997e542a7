export type Kind = "audio" | "video";

/** One m-line of a description, as seen by the end that created it. */
export interface MediaLine {
  readonly kind: Kind;
  readonly mid: string;
  readonly send: boolean;
  readonly recv: boolean;
  /** The track that is sent (`a=msid`). */
  readonly track: string | undefined;
}

export interface Description {
  readonly type: "offer" | "answer";
  readonly ufrag: string;
  readonly lines: readonly MediaLine[];
  /**
   * The candidates gathered so far, in an offer that is set over an open one and in its answer. Others have none, so
   * that each has to be sent.
   */
  readonly candidates?: readonly string[] | undefined;
}

/** Serializes a description, with the username fragment in the same line as in real SDP. */
export function write(description: Description): string {
  return `${JSON.stringify(description)}\r\na=ice-ufrag:${description.ufrag}\r\n`;
}

export function read(sdp: string): Description {
  return JSON.parse(sdp.slice(0, sdp.indexOf("\r\n"))) as Description;
}

/** A sender and a receiver that share an m-line (JSEP section 3.4.1). */
export interface Transceiver {
  readonly kind: Kind;
  /** The index of its m-line; undefined before it has one. */
  line: number | undefined;
  mid: string | undefined;
  /** The track to send. */
  track: string | undefined;
  /** The track that the other end sends here, as of the last stable state. */
  receiving: string | undefined;
  /** `addTrack` does not reuse a sender that has sent. */
  hasSent: boolean;
  /** `addTrack` created or reused it: it may be associated with an m-line of the other end, and survives a rollback. */
  fromAddTrack: boolean;
}

export function addTrack(transceivers: Transceiver[], kind: Kind, track: string): void {
  const free = transceivers.find((one) => one.kind === kind && one.track === undefined && !one.hasSent);
  if (free !== undefined) Object.assign(free, { track, fromAddTrack: true });
  else
    transceivers.push({
      kind,
      track,
      line: undefined,
      mid: undefined,
      receiving: undefined,
      hasSent: false,
      fromAddTrack: true,
    });
}

/** Associates every m-line of a remote offer with a transceiver (JSEP section 5.10). */
export function associate(transceivers: Transceiver[], lines: readonly MediaLine[]): void {
  lines.forEach(({ kind, mid }, line) => {
    if (transceivers.some((one) => one.line === line)) return;
    const free = transceivers.find((one) => one.line === undefined && one.fromAddTrack && one.kind === kind);
    if (free !== undefined) Object.assign(free, { line, mid });
    else
      transceivers.push({
        kind,
        line,
        mid,
        track: undefined,
        receiving: undefined,
        hasSent: false,
        fromAddTrack: false,
      });
  });
}

/** The m-lines of an answer: never more than the offer allows. */
export function answerLines(transceivers: readonly Transceiver[], offered: readonly MediaLine[]): MediaLine[] {
  return offered.map(({ kind, mid, send, recv }, line) => {
    const track = recv ? transceivers.find((one) => one.line === line)?.track : undefined;
    return { kind, mid, send: track !== undefined, recv: send, track };
  });
}

/** The m-lines of an offer: those in use keep their index, new ones are appended. */
export function offerLines(transceivers: readonly Transceiver[], newMid: () => string): MediaLine[] {
  const inUse = transceivers
    .filter((one) => one.line !== undefined)
    .sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
  const added = transceivers.filter((one) => one.line === undefined);
  return [...inUse, ...added].map(({ kind, mid, track }) => ({
    kind,
    mid: mid ?? newMid(),
    send: track !== undefined,
    recv: true,
    track,
  }));
}

/** Why `lines` may not replace `before`; undefined if they may. */
export function misfit(
  before: readonly MediaLine[],
  lines: readonly MediaLine[],
  checksMids: boolean,
): string | undefined {
  if (lines.length < before.length) return `${String(before.length)} m-lines became ${String(lines.length)}`;
  const changed = before.findIndex(
    ({ kind, mid }, line) => lines[line]?.kind !== kind || (checksMids && lines[line].mid !== mid),
  );
  return changed === -1 ? undefined : `m-line ${String(changed)} has changed its kind or mid`;
}
