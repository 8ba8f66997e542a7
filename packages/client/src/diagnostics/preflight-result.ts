import { unreachableCode } from "./explain-ice.js";
import { preflightSentences } from "./preflight-sentences.js";
import { gatheredSoonMs } from "../negotiation/time-constants.js";
import type { Gathered } from "./preflight-gather.js";
import type { Asked, PreflightReport, PreflightServer } from "./preflight-report.js";

/** Turns the observations into a report. */
export function reportOf(asked: Asked, local: Gathered, found: readonly Gathered[]): PreflightReport {
  const servers = found.map(serverResult);
  const all = [local, ...found];
  const gathered = (type: string): boolean => all.some(({ types }) => types.includes(type));
  const candidates = {
    host: gathered("host"),
    hidden: all.some(({ hidden }) => hidden),
    srflx: gathered("srflx"),
    relay: gathered("relay"),
  };
  const stunAnswers = servers.some(({ kind, outcome }) => kind === "stun" && outcome === "answers");
  const reach = candidates.relay
    ? "everywhere"
    : candidates.srflx || stunAnswers
      ? "direct"
      : candidates.host
        ? "network"
        : "nowhere";
  const facts = { reach, signaling: asked.signaling, servers, candidates } as const;
  return {
    ...facts,
    sentences: preflightSentences({ ...facts, rejection: asked.rejection, unsupported: local.failed }),
  };
}

function serverResult(gathered: Gathered): PreflightServer {
  const { address, codes, failed, ms } = gathered;
  const url = address?.url ?? "";
  const [scheme = ""] = url.split(":");
  const kind = scheme.toLowerCase().startsWith("turn") ? "turn" : "stun";
  const transport = scheme.toLowerCase().endsWith("s") ? "tls" : /[?&]transport=tcp$/i.test(url) ? "tcp" : "udp";
  // Without its query, which may contain more than the address.
  const server = { url: url.replace(/\?.*/, ""), kind, transport } as const;
  if (failed) return { ...server, outcome: "invalid" };
  if (answered(gathered, kind)) return { ...server, outcome: "answers", afterMs: Math.round(ms) };
  const code = codes.find((one) => one !== unreachableCode);
  return code === undefined ? { ...server, outcome: "silent" } : { ...server, outcome: "refuses", code };
}

/**
 * A device with a public address gets no new candidate from STUN. Then the server has answered if gathering ended soon
 * and not every address of this device failed to reach it. Firefox reports no error for a server that does not answer,
 * but gives up later.
 */
function answered({ types, codes, complete, ms }: Gathered, kind: PreflightServer["kind"]): boolean {
  if (kind === "turn") return types.includes("relay");
  return (
    types.includes("srflx") ||
    (complete && ms < gatheredSoonMs && codes.length < types.filter((type) => type === "host").length)
  );
}
