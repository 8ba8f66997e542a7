import { noteworthyMs } from "../negotiation/time-constants.js";
import type { IceServerProblem } from "../webrtc/health/ice-facts.js";
import type { IceSnapshot } from "./ice-snapshot.js";

/** The code of `icecandidateerror` for a server that could not be reached (W3C webrtc-pc section 4.8.1.3). */
export const unreachableCode = 701;

/** The meaning of error codes of TURN servers for the operator (RFC 8656 section 19, RFC 8489 section 14.8). */
const meanings: Readonly<Record<number, string>> = {
  401: ": the credentials are wrong or have expired",
  403: ": it forbids this request",
  437: ": the allocation no longer exists",
  438: ": the nonce has expired",
  441: ": the credentials differ from those of the allocation",
  442: ": it does not support the transport",
  486: ": too many allocations for these credentials",
  500: ": internal error",
  508: ": it has no capacity left",
};

/** Possible reasons for a missing path, the likeliest first. */
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
  // The browser asks each server from every address of this device. If one got an answer, the others do not matter.
  const found = problems
    .filter(({ url, code }) => code !== unreachableCode || !local.includes(url.startsWith("turn") ? "relay" : "srflx"))
    .map(describeProblem);
  const addIf = (condition: boolean, sentence: string): void => {
    if (condition) found.push(sentence);
  };
  const done = gathering === "complete";
  const failed = ice === "failed";
  // The peer's candidates may still be in transit.
  const remoteComplete = done && (failed || gatheringForMs >= noteworthyMs);
  const ours = done && onlyHost(local);
  const theirs = remoteComplete && onlyHost(remote);
  const onlyHostWords = "gathered only host candidates";
  addIf(
    relayOnly && done && !local.includes("relay"),
    "Only relayed paths are allowed (iceTransportPolicy), and no TURN server provided one.",
  );
  addIf(
    !relayOnly && done && local.length === 0,
    "This side gathered no candidates: the browser or a firewall blocks them.",
  );
  if (ours && theirs) found.push(`Both sides ${onlyHostWords}: without a TURN server this works on one network only.`);
  else
    addIf(
      ours || theirs,
      `${ours ? "This side" : "The peer"} ${onlyHostWords}: it has no ICE servers, or they are blocked.`,
    );
  addIf(
    remoteComplete && remoteHidden,
    "The peer's addresses are hidden behind .local names, which resolve on one network only.",
  );
  addIf(done && localTcpOnly, "This side has only TCP candidates: UDP is blocked here.");
  addIf(remoteComplete && remote.length === 0, "The peer has sent no candidates.");
  addIf(
    gathering === "gathering" && gatheringForMs >= noteworthyMs,
    `Gathering has taken ${seconds(gatheringForMs)} so far: an ICE server does not answer.`,
  );
  if (found.length === 0) {
    addIf(
      ice === "checking" && iceForMs >= noteworthyMs,
      `ICE has checked paths for ${seconds(iceForMs)} without an answer.`,
    );
    const relays = [...local, ...remote].includes("relay");
    addIf(failed, `Every path failed, ${relays ? "including relayed ones" : "and there is no TURN relay"}.`);
  }
  return found;
}

function describeProblem({ url, code }: IceServerProblem): string {
  const answer = code === unreachableCode ? "cannot be reached" : describeAnswer(code);
  return `The ${url.slice(0, 4).toUpperCase()} server ${url} ${answer}.`;
}

export function describeAnswer(code: number): string {
  return `answered ${String(code)}${meanings[code] ?? ""}`;
}

function onlyHost(kinds: readonly string[]): boolean {
  return kinds.length > 0 && kinds.every((kind) => kind === "host");
}

export function seconds(ms: number): string {
  return `${String(Math.round(ms / 1000))} s`;
}
