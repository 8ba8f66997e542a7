import { bundledMid, sends, type DescriptionDraft, type Section, type SectionCandidate } from "./sdp.js";

/** The line `o=` (RFC 9429 section 5.2.1): the id stays, and each created description has the next version. */
export interface SdpOrigin {
  readonly id: number;
  readonly version: number;
}

/** The largest message that a fake connection receives, as in Chromium. */
export const maxMessageSize = 262_144;

const mediaLines = {
  audio: "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n",
  video: "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
  application: "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n",
};

/** Writes SDP with the lines of RFC 9429 section 5 that a fake connection reads, and the candidates gathered so far. */
export function writeSdp(draft: DescriptionDraft, { id, version }: SdpOrigin, candidates: readonly string[]): string {
  const { sections } = draft;
  let sdp = `v=0\r\no=- ${String(4_000_000_000 + id)} ${String(version)} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n`;
  const live = sections.filter(({ rejected }) => !rejected);
  if (live.length > 0) sdp += `a=group:BUNDLE ${live.map(({ mid }) => mid).join(" ")}\r\n`;
  for (const section of sections) sdp += writeSection(section, draft);
  const mid = bundledMid(sections);
  return mid === undefined
    ? sdp
    : withCandidates(
        sdp,
        candidates.map((line) => ({ mid, line })),
      );
}

function writeSection(section: Section, { type, ufrag, fingerprint }: DescriptionDraft): string {
  let sdp = section.rejected ? mediaLines[section.kind].replace(" 9 ", " 0 ") : mediaLines[section.kind];
  sdp += "c=IN IP4 0.0.0.0\r\n";
  sdp += `a=ice-ufrag:${ufrag}\r\na=ice-pwd:password-of-${ufrag}-is-fake\r\na=ice-options:trickle\r\n`;
  sdp += `a=fingerprint:sha-256 ${fingerprint}\r\n`;
  sdp += `a=setup:${type === "offer" ? "actpass" : "active"}\r\na=mid:${section.mid}\r\n`;
  if (section.kind === "application")
    return `${sdp}a=sctp-port:5000\r\na=max-message-size:${String(maxMessageSize)}\r\n`;
  sdp += `a=${section.direction}\r\na=rtcp-mux\r\n`;
  if (sends(section.direction)) {
    for (const stream of section.streams.length > 0 ? section.streams : ["-"])
      sdp += `a=msid:${stream} ${ufrag}-${section.mid}\r\n`;
  }
  return sdp;
}

/** Adds candidates to the text of a description, after those that their sections have. */
export function withCandidates(sdp: string, candidates: readonly SectionCandidate[]): string {
  if (candidates.length === 0) return sdp;
  const [session = "", ...sections] = sdp.split(/^(?=m=)/m);
  return session + sections.map((section) => addTo(section, candidates)).join("");
}

function addTo(section: string, candidates: readonly SectionCandidate[]): string {
  const mid = /^a=mid:(.*?)\r?$/m.exec(section)?.[1] ?? "";
  const lines = candidates.filter((candidate) => candidate.mid === mid).map(({ line }) => `a=${line}\r\n`);
  return section.replace(/^(?:[^a]=.*\r\n)*(?:a=candidate:.*\r\n)*/, (head) => head + lines.join(""));
}
