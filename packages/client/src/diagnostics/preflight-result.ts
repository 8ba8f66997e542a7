import { outOfReach } from "./explain-ice.js";
import type { Gathered } from "./preflight-gather.js";
import { inSentences } from "./preflight-sentences.js";
import type { Asked, PreflightReport, PreflightServer } from "./preflight-report.js";

/** A server that answers later than this is none; browsers ask a silent one for longer before they give up. */
const soonMs = 5000;

/** What was found, as facts and in words. */
export function judge(asked: Asked, local: Gathered, found: readonly Gathered[]): PreflightReport {
  const servers = found.map(judgeServer);
  const all = [local, ...found];
  const yields = (type: string): boolean => all.some(({ types }) => types.includes(type));
  const candidates = {
    host: yields("host"),
    hidden: all.some(({ hidden }) => hidden),
    srflx: yields("srflx"),
    relay: yields("relay"),
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
  return { ...facts, sentences: inSentences({ ...facts, refusal: asked.refusal, unmade: local.unmade }) };
}

function judgeServer(gathered: Gathered): PreflightServer {
  const { address, codes, unmade, ms } = gathered;
  const url = address?.url ?? "";
  const [scheme = ""] = url.split(":");
  const kind = scheme.toLowerCase().startsWith("turn") ? "turn" : "stun";
  const transport = scheme.toLowerCase().endsWith("s") ? "tls" : /[?&]transport=tcp$/i.test(url) ? "tcp" : "udp";
  // Without its query, which may say more than where the server is.
  const server = { url: url.replace(/\?.*/, ""), kind, transport } as const;
  if (unmade) return { ...server, outcome: "invalid" };
  if (answered(gathered, kind)) return { ...server, outcome: "answers", afterMs: Math.round(ms) };
  const code = codes.find((one) => one !== outOfReach);
  return code === undefined ? { ...server, outcome: "silent" } : { ...server, outcome: "refuses", code };
}

/**
 * Whoever has a public address learns from STUN what it knows already, and gathers no candidate of it. Then the server
 * has answered if gathering was soon over, and it was not out of reach from every address of this device. Firefox gives up
 * on a silent server without an error, but not as soon.
 */
function answered({ types, codes, complete, ms }: Gathered, kind: PreflightServer["kind"]): boolean {
  if (kind === "turn") return types.includes("relay");
  return (
    types.includes("srflx") ||
    (complete && ms < soonMs && codes.length < types.filter((type) => type === "host").length)
  );
}
