import { randomBytes } from "node:crypto";

/** The transport parameters of one connection. Any WebRTC stack can apply them; no ICE agent is behind them. */
export interface Identity {
  readonly ufrag: string;
  readonly pwd: string;
  readonly fingerprint: string;
}

export function newIdentity(): Identity {
  const fingerprint = randomBytes(32).toString("hex").toUpperCase().match(/../g) ?? [];
  return {
    ufrag: randomBytes(4).toString("hex"),
    pwd: randomBytes(16).toString("hex"),
    fingerprint: fingerprint.join(":"),
  };
}

/** A candidate at a documentation address (RFC 5737). Every description has it: some stacks give up without one. */
export const candidateLine = "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host";

const reversed: Record<string, string> = {
  sendrecv: "recvonly",
  sendonly: "recvonly",
  recvonly: "inactive",
  inactive: "inactive",
};

/** A first offer to receive audio and video, with the mandatory codecs (RFC 7874 section 3, RFC 7742 section 5). */
export function firstOffer(identity: Identity): string {
  return write(identity, "actpass", [
    [
      "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8",
      "a=mid:0",
      "a=rtpmap:111 opus/48000/2",
      "a=rtpmap:0 PCMU/8000",
      "a=rtpmap:8 PCMA/8000",
      "a=rtcp-mux",
      "a=recvonly",
    ],
    [
      "m=video 9 UDP/TLS/RTP/SAVPF 96 102",
      "a=mid:1",
      "a=rtpmap:96 VP8/90000",
      "a=rtpmap:102 H264/90000",
      "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
      "a=rtcp-mux",
      "a=recvonly",
    ],
  ]);
}

/** The DTLS role: `active` is the client. */
export type Setup = "active" | "passive";

/** The role of the other end, given one end's description. */
export function setupAgainst(description: string): Setup {
  return /^[ \t]*a=setup:active/m.test(description) ? "passive" : "active";
}

/** An answer that accepts every section and sends nothing. */
export function answerTo(offer: string, identity: Identity, setup = setupAgainst(offer)): string {
  const sections = sectionsOf(offer).map((lines) =>
    lines.flatMap((line) =>
      /^(m=|a=(mid|rtpmap|fmtp|rtcp-fb|rtcp-mux|sctp-port|max-message-size)\b)/.test(line) ? [line] : directionOf(line),
    ),
  );
  return write(identity, setup, sections);
}

const directionOf = (line: string): string[] => {
  const other = /^a=(sendrecv|sendonly|recvonly|inactive)$/.exec(line)?.[1];
  return other === undefined ? [] : [`a=${reversed[other] ?? "inactive"}`];
};

/** The next offer on a connection, made from our previous description. */
export function offerAgain(own: string, identity: Identity): string {
  const kept = sectionsOf(own).map((lines) =>
    lines.filter((line) => !/^a=(setup|ice-|fingerprint|candidate)|^c=/.test(line)),
  );
  return write(identity, "actpass", kept);
}

let versions = 1;

function write({ ufrag, pwd, fingerprint }: Identity, setup: string, sections: readonly (readonly string[])[]): string {
  const mids = sections
    .filter(([first = ""]) => !/^m=\w+ 0 /.test(first))
    .map((lines) => lines.find((line) => line.startsWith("a=mid:"))?.slice(6) ?? "0");
  const head = [
    "v=0",
    `o=- 4611731400430051336 ${String(versions++)} IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    ...(mids.length > 0 ? [`a=group:BUNDLE ${mids.join(" ")}`] : []),
  ];
  const transport = [
    "c=IN IP4 0.0.0.0",
    `a=${candidateLine}`,
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    "a=ice-options:trickle",
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=setup:${setup}`,
  ];
  return [...head, ...sections.flatMap(([first = "", ...rest]) => [first, ...transport, ...rest])]
    .map((line) => `${line}\r\n`)
    .join("");
}

/** The lines of each media section, without line endings and indentation. */
function sectionsOf(sdp: string): string[][] {
  const sections: string[][] = [];
  for (const line of sdp.split(/[\r\n]+/).map((text) => text.trim())) {
    if (line.startsWith("m=")) sections.push([line]);
    else sections.at(-1)?.push(line);
  }
  return sections;
}
