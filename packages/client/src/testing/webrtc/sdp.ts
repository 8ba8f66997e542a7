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

export interface Description {
  readonly type: "offer" | "answer";
  readonly ufrag: string;
  readonly fingerprint: string;
  readonly sections: readonly Section[];
  /** Candidate lines, and whether end-of-candidates follows. */
  readonly candidates: readonly string[];
  readonly ended: boolean;
}

const codecs = {
  audio: "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n",
  video: "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
  application: "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n",
};

/** Writes SDP with the lines of RFC 9429 section 5 that a `Description` holds. */
export function writeSdp(
  { ufrag, fingerprint, sections, candidates, ended, type }: Description,
  version: number,
): string {
  let sdp = `v=0\r\no=- ${String(4_000_000_000 + version)} ${String(version)} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n`;
  const live = sections.filter(({ rejected }) => !rejected);
  if (live.length > 0) sdp += `a=group:BUNDLE ${live.map(({ mid }) => mid).join(" ")}\r\n`;
  const found = candidates.map((line) => `a=${line}\r\n`).join("") + (ended ? "a=end-of-candidates\r\n" : "");
  for (const section of sections) {
    sdp += section.rejected ? codecs[section.kind].replace(" 9 ", " 0 ") : codecs[section.kind];
    sdp += "c=IN IP4 0.0.0.0\r\n";
    if (section === live[0]) sdp += found;
    sdp += `a=ice-ufrag:${ufrag}\r\na=ice-pwd:password-of-${ufrag}-is-fake\r\na=ice-options:trickle\r\n`;
    sdp += `a=fingerprint:sha-256 ${fingerprint}\r\n`;
    sdp += `a=setup:${type === "offer" ? "actpass" : "active"}\r\na=mid:${section.mid}\r\n`;
    if (section.kind === "application") sdp += "a=sctp-port:5000\r\na=max-message-size:262144\r\n";
    else {
      sdp += `a=${section.direction}\r\na=rtcp-mux\r\n`;
      if (sends(section.direction)) {
        for (const stream of section.streams.length > 0 ? section.streams : ["-"])
          sdp += `a=msid:${stream} ${ufrag}-${section.mid}\r\n`;
      }
    }
  }
  return sdp;
}

/** Parses SDP of `writeSdp` or a browser. Throws an `OperationError` for other text. */
export function readSdp(type: Description["type"], sdp: string): Description {
  const lines = sdp.split(/\r?\n/);
  if (lines[0] !== "v=0")
    throw new DOMException("Failed to parse SessionDescription. Expect line: v=", "OperationError");
  const sections: { -readonly [Field in keyof Section]: Section[Field] }[] = [];
  const candidates: string[] = [];
  let ufrag = "";
  let fingerprint = "";
  let ended = false;
  for (const line of lines) {
    const at = line.indexOf(":");
    const name = at === -1 ? line : line.slice(0, at);
    const value = line.slice(at + 1);
    const section = sections.at(-1);
    if (line.startsWith("m=")) {
      const [kind = "", port] = line.slice(2).split(" ");
      sections.push({
        kind: kind as Section["kind"],
        mid: "",
        direction: "sendrecv",
        streams: [],
        rejected: port === "0",
      });
    } else if (name === "a=ice-ufrag") ufrag = value;
    else if (name === "a=fingerprint") fingerprint = value.replace(/^\S+ /, "");
    else if (name === "a=candidate") candidates.push(line.slice(2));
    else if (name === "a=end-of-candidates") ended = true;
    else if (section === undefined) continue;
    else if (name === "a=mid") section.mid = value;
    else if (name === "a=sendrecv" || name === "a=sendonly" || name === "a=recvonly" || name === "a=inactive")
      section.direction = name.slice(2) as Direction;
    else if (name === "a=msid") {
      const stream = value.split(" ")[0] ?? "-";
      if (stream !== "-") section.streams = [...section.streams, stream];
    }
  }
  if (sections.length > 0 && (ufrag === "" || fingerprint === ""))
    throw new DOMException("Called with SDP without ice-ufrag or DTLS fingerprint.", "InvalidAccessError");
  return { type, ufrag, fingerprint, sections, candidates, ended };
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
