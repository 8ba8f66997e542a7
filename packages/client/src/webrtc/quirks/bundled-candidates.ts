/**
 * Whether a media section shares the transport of another in this description, which then has the candidates of all
 * (RFC 9143 section 7.1.3). Firefox gathers some for every section when it restarts ICE, and closes their ports after
 * the answer. An engine that takes them for candidates of the shared transport may select one, and nothing arrives any
 * more.
 */
export function isBundled(description: RTCSessionDescription | null, mid: string | null | undefined): boolean {
  return (
    /^a=group:BUNDLE \S+ (.*)/m
      .exec(description?.sdp ?? "")?.[1]
      ?.split(" ")
      .includes(mid ?? "") === true
  );
}

/** Our description without the candidates of sections that share a transport in the peer's newest description. */
export function withoutBundled(theirs: RTCSessionDescription | null, ours: string): string {
  const sections = ours.split(/^(?=m=)/m).map((section) => {
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
    return isBundled(theirs, mid) ? section.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, "") : section;
  });
  return sections.join("");
}
