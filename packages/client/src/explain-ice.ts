import type { CandidateFacts, IceServerProblem, IceSnapshot } from "./webrtc/ice-facts.js";

/** What takes no longer than this is how it always goes. */
const slowMs = 3000;

/** The code of `icecandidateerror` for a server that could not be reached (W3C webrtc-pc section 4.8.1.3). */
const outOfReach = 701;

/** What answers of TURN servers mean to whoever runs the app (RFC 8656 section 19, RFC 8489 section 14.8). */
const meanings: Readonly<Record<number, string>> = {
  401: "its credentials are wrong or have expired",
  403: "it forbids what was asked",
  437: "it has lost the allocation",
  438: "its nonce has expired",
  441: "its credentials are not those of the allocation",
  442: "it does not support the transport",
  486: "too many allocations under these credentials",
  500: "it has an error of its own",
  508: "it has no capacity left",
};

/** Why there may be no path, the likeliest first. */
export function explainIce(ice: IceSnapshot): string[] {
  const { local, remote, gathering, gatheringForMs } = ice;
  const answers = ice.problems.filter((problem) => counts(problem, local)).map(inWords);
  const found = [...answers, ...policy(ice), ...bothSides(ice)];
  if (gathering === "gathering" && gatheringForMs >= slowMs) found.push(`Candidates have been gathered for ${seconds(gatheringForMs)}: an ICE server does not answer.`);
  if (found.length > 0 || ice.iceForMs < slowMs || local.kinds.length === 0 || remote.kinds.length === 0) return found;
  if (ice.ice === "checking") return [`ICE has checked paths for ${seconds(ice.iceForMs)}, and none has answered.`];
  return ice.ice === "failed" ? [noneLeft(ice)] : [];
}

/** A server is asked from every address of this device: where one got an answer, the others do not matter. */
function counts({ url, code }: IceServerProblem, local: CandidateFacts): boolean {
  const wanted = url.startsWith("turn") ? "relay" : "srflx";
  return code !== outOfReach || !local.kinds.includes(wanted);
}

function inWords({ url, code }: IceServerProblem): string {
  const server = `The ${url.startsWith("turn") ? "TURN" : "STUN"} server ${url}`;
  if (code === outOfReach) return `${server} cannot be reached.`;
  const meaning = meanings[code];
  return `${server} answered ${String(code)}${meaning === undefined ? "" : `: ${meaning}`}.`;
}

function policy({ relayOnly, turnConfigured, gathering, local }: IceSnapshot): string[] {
  if (!relayOnly || local.kinds.includes("relay")) return [];
  if (!turnConfigured) return ["Only relayed paths are allowed (iceTransportPolicy), and no TURN server is configured."];
  return gathering === "complete" ? ["Only relayed paths are allowed (iceTransportPolicy), and no TURN server gave one."] : [];
}

function bothSides({ ice, relayOnly, local, remote, gathering, gatheringForMs, stunConfigured, turnConfigured }: IceSnapshot): string[] {
  const found: string[] = [];
  const done = gathering === "complete";
  // The peer's candidates may be on their way.
  const heardAll = done && (gatheringForMs >= slowMs || ice === "failed");
  if (done && local.kinds.length === 0 && !relayOnly) found.push("This side gathered no candidates: the browser, a policy or a firewall allows no connection.");
  if (heardAll && onlyHost(remote)) {
    if (onlyHost(local)) found.push("Both sides gathered only host candidates: without a TURN server this works on one network only.");
    else found.push("The peer sent only host candidates: its ICE servers may be blocked, or it has none.");
  } else if (done && onlyHost(local)) {
    const why = turnConfigured || stunConfigured ? "the ICE servers it has may be blocked" : "it has no ICE servers";
    found.push(`This side gathered only host candidates: ${why}.`);
  }
  if (heardAll && remote.mdnsOnly) found.push("The peer's addresses are hidden behind .local names, which are found on one network only.");
  if (done && local.kinds.length > 0 && !local.protocols.includes("udp")) found.push("This side has TCP candidates only: UDP is blocked here.");
  if (heardAll && local.kinds.length > 0 && remote.kinds.length === 0) found.push("The peer has sent no candidates.");
  return found;
}

function noneLeft({ local, remote }: IceSnapshot): string {
  const relays = local.kinds.includes("relay") || remote.kinds.includes("relay");
  return relays ? "Every path failed, relayed ones included: the TURN server may not reach the other side." : "Every direct path failed, and there is no TURN relay to go around.";
}

function onlyHost({ kinds }: CandidateFacts): boolean {
  return kinds.length > 0 && kinds.every((kind) => kind === "host");
}

export function seconds(ms: number): string {
  return `${String(Math.max(0, Math.round(ms / 1000)))} s`;
}
