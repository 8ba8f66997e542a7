import { answerInWords } from "./explain-ice.js";
import type { PreflightReport, PreflightServer } from "./preflight-report.js";

type Facts = Omit<PreflightReport, "sentences"> & {
  /** What the signaling server said instead of naming servers. */
  readonly refusal: string | undefined;
  /** The browser makes no connection at all. */
  readonly unmade: boolean;
};

/** A preflight for people, the most important first. */
export function inSentences(facts: Facts): string[] {
  const { reach, candidates, servers, unmade } = facts;
  if (unmade) return ["Calls do not work here: there is no WebRTC, or it is switched off."];
  return [reaches[reach], ...signaling(facts), ...servers.map(server), ...udp(servers), ...kinds(candidates)];
}

const reaches: Readonly<Record<PreflightReport["reach"], string>> = {
  everywhere: "Calls work from here: directly where there is a path, and through a relay where there is none.",
  direct:
    "Calls work from here where there is a direct path: no TURN server relays, so that some people are out of reach.",
  network:
    "Calls work from here with people on the same network only: no STUN server answers, and no TURN server relays.",
  nowhere: "Calls do not work from here: the browser or a firewall allows no connection.",
};

function signaling({ signaling: said, servers, refusal }: Facts): string[] {
  if (said === "silent") return ["The signaling server has not said which STUN and TURN servers there are."];
  if (said === "refused")
    return [`The signaling server does not say which STUN and TURN servers there are: ${refusal ?? ""}`];
  return servers.length > 0 ? [] : ["There is no STUN or TURN server."];
}

const transports = { udp: "UDP", tcp: "TCP", tls: "TLS" };

function server({ kind, transport, url, outcome, code = 0, afterMs = 0 }: PreflightServer): string {
  const which = `${kind.toUpperCase()} over ${transports[transport]} (${url})`;
  switch (outcome) {
    case "answers":
      return `${which} answers, after ${String(afterMs)} ms.`;
    case "refuses":
      return `${which} ${answerInWords(code)}.`;
    case "silent":
      return `${which} does not answer: it is down, or a firewall is in the way.`;
    case "invalid":
      return `${which} is no address that this browser takes, or has no credentials.`;
  }
}

/** The commonest of all bad networks. */
function udp(servers: readonly PreflightServer[]): string[] {
  const relays = (outcome: PreflightServer["outcome"], isUdp: boolean): boolean =>
    servers.some((one) => one.kind === "turn" && one.outcome === outcome && (one.transport === "udp") === isUdp);
  return relays("silent", true) && !relays("answers", true) && relays("answers", false)
    ? ["UDP seems to be blocked here: media takes TCP, and may stutter."]
    : [];
}

function kinds({ host, hidden, srflx, relay }: PreflightReport["candidates"]): string[] {
  const found = [...(host ? ["local"] : []), ...(srflx ? ["public"] : []), ...(relay ? ["relayed"] : [])];
  if (found.length === 0) return [];
  const hiding = hidden
    ? "; local ones are hidden behind .local names, as browsers have it until the camera or the microphone is allowed"
    : "";
  return [`Addresses that others can be told: ${found.join(", ")}${hiding}.`];
}
