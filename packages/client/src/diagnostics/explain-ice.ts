import type { IceServerProblem } from "../webrtc/health/ice-facts.js";
import type { IceSnapshot } from "./ice-snapshot.js";

/** What takes no longer than this is how it always goes. */
export const usualMs = 3000;

/** The code of `icecandidateerror` for a server that could not be reached (W3C webrtc-pc section 4.8.1.3). */
export const outOfReach = 701;

/** What answers of TURN servers mean to whoever runs the app (RFC 8656 section 19, RFC 8489 section 14.8). */
const meanings: Readonly<Record<number, string>> = {
  401: ": its credentials are wrong or have expired",
  403: ": it forbids what was asked",
  437: ": it has lost the allocation",
  438: ": its nonce has expired",
  441: ": its credentials are not those of the allocation",
  442: ": it does not support the transport",
  486: ": too many allocations under these credentials",
  500: ": it has an error of its own",
  508: ": it has no capacity left",
};

/** Why there may be no path, the likeliest first. */
export function explainIce({
  ice,
  iceForMs,
  gathering,
  gatheringForMs,
  local,
  remote,
  problems,
  relayOnly,
  remoteHidden,
  localTcpOnly,
}: IceSnapshot): string[] {
  // A server is asked from every address of this device: where one got an answer, the others do not matter.
  const found = problems
    .filter(({ url, code }) => code !== outOfReach || !local.includes(url.startsWith("turn") ? "relay" : "srflx"))
    .map(inWords);
  const say = (condition: boolean, sentence: string): void => {
    if (condition) found.push(sentence);
  };
  const done = gathering === "complete";
  const failed = ice === "failed";
  // The peer's candidates may be on their way.
  const heardAll = done && (failed || gatheringForMs >= usualMs);
  const ours = done && onlyHost(local);
  const theirs = heardAll && onlyHost(remote);
  const hostWords = "gathered only host candidates";
  say(
    relayOnly && done && !local.includes("relay"),
    "Only relayed paths are allowed (iceTransportPolicy), and no TURN server gave one.",
  );
  say(
    !relayOnly && done && local.length === 0,
    "This side gathered no candidates: the browser or a firewall allows none.",
  );
  if (ours && theirs) found.push(`Both sides ${hostWords}: without a TURN server this works on one network only.`);
  else
    say(ours || theirs, `${ours ? "This side" : "The peer"} ${hostWords}: it has no ICE servers, or they are blocked.`);
  say(
    heardAll && remoteHidden,
    "The peer's addresses are hidden behind .local names, which are found on one network only.",
  );
  say(done && localTcpOnly, "This side has TCP candidates only: UDP is blocked here.");
  say(heardAll && remote.length === 0, "The peer has sent no candidates.");
  say(
    gathering === "gathering" && gatheringForMs >= usualMs,
    `Candidates have been gathered for ${seconds(gatheringForMs)}: an ICE server does not answer.`,
  );
  if (found.length === 0) {
    say(
      ice === "checking" && iceForMs >= usualMs,
      `ICE has checked paths for ${seconds(iceForMs)}, and none has answered.`,
    );
    say(
      failed,
      `Every path failed${[...local, ...remote].includes("relay") ? ", relayed ones included" : ", and there is no TURN relay"}.`,
    );
  }
  return found;
}

function inWords({ url, code }: IceServerProblem): string {
  const answer = code === outOfReach ? "cannot be reached" : answerInWords(code);
  return `The ${url.slice(0, 4).toUpperCase()} server ${url} ${answer}.`;
}

export function answerInWords(code: number): string {
  return `answered ${String(code)}${meanings[code] ?? ""}`;
}

function onlyHost(kinds: readonly string[]): boolean {
  return kinds.length > 0 && kinds.every((kind) => kind === "host");
}

export function seconds(ms: number): string {
  return `${String(Math.round(ms / 1000))} s`;
}
