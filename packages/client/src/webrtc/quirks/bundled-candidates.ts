/**
 * Whether a media section uses the transport of another by this description: that one has the candidates of all (RFC 9143
 * section 7.1.3). Firefox gathers some for every section when it restarts ICE, and closes their ports once it is
 * answered. Engines that take those for the shared transport's may choose them, and then nothing arrives any more.
 */
export function isBundled(description: RTCSessionDescription | null, mid: string | null | undefined): boolean {
  return (
    /^a=group:BUNDLE \S+ (.*)/m
      .exec(description?.sdp ?? "")?.[1]
      ?.split(" ")
      .includes(mid ?? "") === true
  );
}

/** Our description without the candidates of media sections that use the transport of another by the peer's newest one. */
export function withoutBundled(theirs: RTCSessionDescription | null, ours: string): string {
  const sections = ours.split(/^(?=m=)/m).map((section) => {
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
    return isBundled(theirs, mid) ? section.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, "") : section;
  });
  return sections.join("");
}
