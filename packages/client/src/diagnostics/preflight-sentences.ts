import { describeAnswer } from "./explain-ice.js";
import type { PreflightReport, PreflightServer } from "./preflight-report.js";

type Facts = Omit<PreflightReport, "sentences"> & {
  /** Why the signaling server named no servers. */
  readonly rejection: string | undefined;
  /** The browser made no connection at all. */
  readonly unsupported: boolean;
};

/** The report in sentences, the most important first. */
export function preflightSentences(facts: Facts): string[] {
  const { reach, candidates, servers, unsupported } = facts;
  if (unsupported) return ["Calls do not work here: this browser has no WebRTC, or it is disabled."];
  return [reachSentences[reach], ...signaling(facts), ...servers.map(server), ...udp(servers), ...kinds(candidates)];
}

const reachSentences: Readonly<Record<PreflightReport["reach"], string>> = {
  everywhere: "Calls work from here: directly if possible, otherwise through a relay.",
  direct: "Calls work from here if a direct path exists. No TURN server relays, so some people cannot be reached.",
  network:
    "Calls work from here with people on the same network only: no STUN server answers, and no TURN server relays.",
  nowhere: "Calls do not work from here: the browser or a firewall blocks all connections.",
};

function signaling({ signaling: result, servers, rejection }: Facts): string[] {
  if (result === "silent") return ["The signaling server did not answer the request for STUN and TURN servers."];
  if (result === "refused")
    return [`The signaling server rejected the request for STUN and TURN servers: ${rejection ?? ""}`];
  return servers.length > 0 ? [] : ["No STUN or TURN server is configured."];
}

const transports = { udp: "UDP", tcp: "TCP", tls: "TLS" };

function server({ kind, transport, url, outcome, code = 0, afterMs = 0 }: PreflightServer): string {
  const which = `${kind.toUpperCase()} over ${transports[transport]} (${url})`;
  switch (outcome) {
    case "answers":
      return `${which} answered after ${String(afterMs)} ms.`;
    case "refuses":
      return `${which} ${describeAnswer(code)}.`;
    case "silent":
      return `${which} does not answer: it is down, or a firewall blocks it.`;
    case "invalid":
      return `${which} is invalid: the browser rejects the address, or the credentials are missing.`;
  }
}

/** The most common problem of a network. */
function udp(servers: readonly PreflightServer[]): string[] {
  const relays = (outcome: PreflightServer["outcome"], isUdp: boolean): boolean =>
    servers.some((one) => one.kind === "turn" && one.outcome === outcome && (one.transport === "udp") === isUdp);
  return relays("silent", true) && !relays("answers", true) && relays("answers", false)
    ? ["UDP seems to be blocked here: media uses TCP and may stutter."]
    : [];
}

const hiddenNote = " (hidden behind .local names until the camera or microphone is allowed)";

function kinds({ host, hidden, srflx, relay }: PreflightReport["candidates"]): string[] {
  const found = [
    ...(host ? [`local${hidden ? hiddenNote : ""}`] : []),
    ...(srflx ? ["public"] : []),
    ...(relay ? ["relayed"] : []),
  ];
  if (found.length === 0) return [];
  return [`Addresses that other people can use: ${found.join(", ")}.`];
}
