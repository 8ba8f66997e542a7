/** The parts of an SDP text that candidates refer to. Joined, they are the text again, byte for byte. */
export interface SdpSections {
  readonly session: string;
  readonly media: readonly MediaSection[];
}

export interface MediaSection {
  readonly text: string;
  readonly mid: string | undefined;
  /** The ICE generation; the one of the session if the section has none. */
  readonly ufrag: string | undefined;
  /** The index of the section whose transport it uses: its own, unless it is bundled with another (RFC 9143). */
  readonly transport: number;
  readonly rejected: boolean;
}

/** More than an honest offer has. Further sections count as a part of the last one. */
const maxSections = 512;

/** Splits an SDP text. The work grows with the length of the text and no faster, whatever the text is. */
export function readSections(sdp: string): SdpSections {
  const [session = "", ...media] = split(sdp);
  const mids = media.map((text) => attribute(text, "mid"));
  const bundled = readBundles(session, mids);
  const sessionUfrag = attribute(session, "ice-ufrag");
  return {
    session,
    media: media.map((text, index) => {
      const mid = mids[index];
      const transport = (mid === undefined ? undefined : bundled.get(mid)) ?? -1;
      return {
        text,
        mid,
        ufrag: attribute(text, "ice-ufrag") ?? sessionUfrag,
        transport: transport < 0 ? index : transport,
        // A bundled section may have port 0 and be valid all the same.
        rejected: /^m=\S+ 0 /.test(text) && !/^a=bundle-only\b/m.test(text),
      };
    }),
  };
}

function split(sdp: string): string[] {
  const parts = sdp.split(/^(?=m=)/m, maxSections + 1);
  const rest = sdp.slice(parts.reduce((length, { length: more }) => length + more, 0));
  const last = parts.pop() ?? "";
  return [...parts, last + rest];
}

/**
 * The index of the section whose transport a bundled section shares, by its name; below 0 if that section does not
 * exist. The first group with the name counts.
 */
function readBundles(session: string, mids: readonly (string | undefined)[]): ReadonlyMap<string, number> {
  const bundled = new Map<string, number>();
  const known = new Set(mids);
  for (const [, members = ""] of session.matchAll(/^a=group:BUNDLE[ \t]+(.*)$/gm)) {
    const names = members.trim().split(/\s+/);
    const leader = mids.indexOf(names[0]);
    for (const name of names) if (known.has(name) && !bundled.has(name)) bundled.set(name, leader);
  }
  return bundled;
}

function attribute(text: string, name: string): string | undefined {
  return new RegExp(`^a=${name}:(\\S+)`, "m").exec(text)?.[1];
}

/** Appends lines to a text, with the line ends of the text. */
export function withLines(text: string, lines: readonly string[]): string {
  if (lines.length === 0) return text;
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const ended = text.endsWith("\n") ? text : text + end;
  return ended + lines.map((line) => line + end).join("");
}
