/** What the fake reads in a candidate line (RFC 8839 section 5.1). */
export interface CandidateLine {
  /** Address and port. */
  readonly target: string;
  readonly ufrag: string | undefined;
}

const grammar =
  /^candidate:(?<foundation>\S+) \d+ (?:[Uu][Dd][Pp]|(?:[Ss][Ss][Ll])?[Tt][Cc][Pp]) \d+ (?<address>\S+) (?<port>\d+) typ (?:host|srflx|prflx|relay)(?<rest>(?: \S+)*) *$/;

const extensions: Record<string, RegExp> = {
  tcptype: /^(?:active|passive|so)$/,
  rport: /^\d+$/,
  generation: /^\d+$/,
};

/** Removes what Chromium ignores around a candidate line: `a=` before it, and the end of the line. */
export function trimmedCandidate(line: unknown): string {
  return String(line).replace(/^a=/, "").trimEnd();
}

/** Reads a candidate line; undefined if Chromium would not accept it. */
export function readCandidate(line: string): CandidateLine | undefined {
  const { address, port, rest = "" } = grammar.exec(line)?.groups ?? {};
  if (address === undefined || Number(port) > 65_535) return undefined;
  const words = rest.trim().split(" ");
  let ufrag: string | undefined;
  for (let index = 0; index + 1 < words.length; index += 2) {
    const [name = "", value = ""] = words.slice(index);
    if (extensions[name]?.test(value) === false) return undefined;
    if (name === "ufrag") ufrag = value;
  }
  return { target: `${address} ${port ?? ""}`, ufrag };
}
