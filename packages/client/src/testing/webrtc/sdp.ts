export type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/** One media section of a description, as seen by the end that created it. */
export interface Section {
  readonly kind: "audio" | "video" | "application";
  readonly mid: string;
  readonly direction: Direction;
  /** The ids of the streams of the sent track (`a=msid`). */
  readonly streams: readonly string[];
  readonly rejected: boolean;
}

/** A candidate line of one media section, without `a=`. */
export interface SectionCandidate {
  readonly mid: string;
  readonly line: string;
}

/** A description that was not set yet. */
export interface DescriptionDraft {
  readonly type: "offer" | "answer";
  readonly ufrag: string;
  readonly fingerprint: string;
  readonly sections: readonly Section[];
}

/** A description that was set: its text, and what the fake reads in it. */
export interface Description extends DescriptionDraft {
  readonly sdp: string;
  readonly candidates: readonly SectionCandidate[];
  /** `a=setup`. */
  readonly setup: string;
  /** Whether `a=ice-options` has `trickle`. */
  readonly trickle: boolean;
  /** `a=max-message-size`; undefined if it is absent. */
  readonly maxMessageSize: number | undefined;
}

export function sends(direction: string | null): boolean {
  return direction === "sendrecv" || direction === "sendonly";
}

export function receives(direction: string | null): boolean {
  return direction === "sendrecv" || direction === "recvonly";
}

export function directionOf(send: boolean, receive: boolean): Direction {
  if (send) return receive ? "sendrecv" : "sendonly";
  return receive ? "recvonly" : "inactive";
}

/** The direction as seen by the other end. */
export function reversed(direction: Direction): Direction {
  return directionOf(receives(direction), sends(direction));
}

/** The direction that both ends allow; both are seen by one end. */
export function common(one: Direction, other: Direction): Direction {
  return directionOf(sends(one) && sends(other), receives(one) && receives(other));
}

/** The section whose candidates serve all others (BUNDLE). */
export function bundledMid(sections: readonly Section[]): string | undefined {
  return sections.find(({ rejected }) => !rejected)?.mid;
}
