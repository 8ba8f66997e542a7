/** An SDP text in its parts, as far as candidates concern them. The parts in a row are the text, byte for byte. */
export interface SdpSections {
  readonly session: string;
  readonly media: readonly MediaSection[];
}

export interface MediaSection {
  readonly text: string;
  readonly mid: string | undefined;
  /** The ICE generation, that of the session where the section says none. */
  readonly ufrag: string | undefined;
  /** The place of the section over whose transport it goes: its own, unless it is bundled behind another (RFC 9143). */
  readonly transport: number;
  readonly rejected: boolean;
}

export function readSections(sdp: string): SdpSections {
  const [session = "", ...media] = sdp.split(/^(?=m=)/m);
  const mids = media.map((text) => attribute(text, "mid"));
  const groups = Array.from(session.matchAll(/^a=group:BUNDLE[ \t]+(.*)$/gm), ([, members = ""]) => members.trim().split(/\s+/));
  return {
    session,
    media: media.map((text, index) => {
      const mid = mids[index];
      const leader = groups.find((members) => mid !== undefined && members.includes(mid))?.[0];
      const transport = leader === undefined ? -1 : mids.indexOf(leader);
      return {
        text,
        mid,
        ufrag: attribute(text, "ice-ufrag") ?? attribute(session, "ice-ufrag"),
        transport: transport < 0 ? index : transport,
        // A section that is bundled may say port 0 and be meant all the same.
        rejected: /^m=\S+ 0 /.test(text) && !/^a=bundle-only\b/m.test(text),
      };
    }),
  };
}

function attribute(text: string, name: string): string | undefined {
  return new RegExp(`^a=${name}:(\\S+)`, "m").exec(text)?.[1];
}

/** A text with lines after its last one, ended as its own lines are. */
export function withLines(text: string, lines: readonly string[]): string {
  if (lines.length === 0) return text;
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const ended = text.endsWith("\n") ? text : text + end;
  return ended + lines.map((line) => line + end).join("");
}
