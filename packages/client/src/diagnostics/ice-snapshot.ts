import type { IceFacts, IceServerProblem } from "../webrtc/health/ice-facts.js";
import type { PeerConnection } from "../webrtc/peer-connection.js";
import type { StatsSampler } from "../webrtc/health/stats-sampler.js";

/** The ICE state of one connection: plain data. Times in milliseconds. */
export interface IceSnapshot {
  readonly ice: RTCIceConnectionState | undefined;
  readonly iceForMs: number;
  readonly gathering: RTCIceGatheringState;
  readonly gatheringForMs: number;
  /**
   * The types of both sides' candidates: `host`, `srflx`, `prflx`, `relay` (RFC 8839 section 5.1). Never an address.
   */
  readonly local: readonly string[];
  readonly remote: readonly string[];
  /** Whether every candidate of the peer has a `.local` name. */
  readonly remoteHidden: boolean;
  /** Candidates of the peer that were dropped, since one ICE generation has at most 256. */
  readonly dropped: number;
  /** Whether none of our candidates is UDP. */
  readonly localTcpOnly: boolean;
  readonly problems: readonly IceServerProblem[];
  readonly relayOnly: boolean;
  /** The path in use, and the protocol on our side of it. */
  readonly path: { readonly relayed: boolean; readonly protocol: string } | undefined;
}

/** Members that the port does not require. Without them the explanation contains less. */
type Connection = PeerConnection & Partial<Pick<RTCPeerConnection, "iceConnectionState" | "getConfiguration">>;

/** What is known of one connection: what it reports itself, and what was recorded of it. */
export interface ExplainedConnection {
  readonly connection: PeerConnection;
  readonly stats: StatsSampler;
  readonly facts: IceFacts;
}

/** The ICE state at a moment. Rejects only if a stack outside browsers throws where a browser does not. */
export async function iceSnapshot(
  { connection, stats, facts }: ExplainedConnection,
  now: number,
): Promise<IceSnapshot> {
  const { iceConnectionState, iceGatheringState, localDescription, remoteDescription, getConfiguration }: Connection =
    connection;
  const local = candidatesIn(localDescription);
  const remote = candidatesIn(remoteDescription);
  return {
    iceForMs: now - facts.iceSince,
    gatheringForMs: now - facts.gatheringSince,
    dropped: facts.dropped,
    problems: withoutQueries(facts.problems.values()),
    ice: iceConnectionState,
    gathering: iceGatheringState,
    local: local.map(({ kind }) => kind),
    remote: remote.map(({ kind }) => kind),
    remoteHidden: remote.length > 0 && remote.every(({ address }) => address.endsWith(".local")),
    localTcpOnly: local.length > 0 && local.every(({ protocol }) => protocol === "tcp"),
    relayOnly: getConfiguration?.call(connection).iceTransportPolicy === "relay",
    // The connection may have closed meanwhile, or the stack has no statistics.
    path: connection.connectionState === "connected" ? await selectedPath(stats).catch(() => undefined) : undefined,
  };
}

/** Once each. A query may contain more than the address of the server. */
function withoutQueries(problems: Iterable<IceServerProblem>): IceServerProblem[] {
  const found = new Map<string, IceServerProblem>();
  for (const { url, code } of problems) {
    const server = url.replace(/\?.*/, "");
    found.set(`${server} ${code}`, { url: server, code });
  }
  return [...found.values()];
}

/** The members of W3C webrtc-stats that identify the current path. Firefox marks it as `selected`. */
interface PathStats {
  readonly type: string;
  readonly id: string;
  readonly selectedCandidatePairId?: string;
  readonly selected?: boolean;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly relayProtocol?: string;
  // Of candidates.
  readonly candidateType: string;
  readonly protocol: string;
}

async function selectedPath(statistics: StatsSampler): Promise<IceSnapshot["path"]> {
  const stats = new Map<string | undefined, PathStats>();
  (await statistics.ask())?.forEach((entry: PathStats) => stats.set(entry.id, entry));
  const entries = [...stats.values()];
  const { selectedCandidatePairId } = entries.find(({ type }) => type === "transport") ?? {};
  const pair = stats.get(selectedCandidatePairId) ?? entries.find(({ selected }) => selected);
  const local = stats.get(pair?.localCandidateId);
  const remote = stats.get(pair?.remoteCandidateId);
  return (
    local &&
    remote && {
      relayed: [local, remote].some(({ candidateType }) => candidateType === "relay"),
      protocol: local.relayProtocol ?? local.protocol,
    }
  );
}

/**
 * Those of one ICE generation; candidates that came since are in the description too (JSEP sections 4.1.8 and 4.1.19).
 */
function candidatesIn(
  description: RTCSessionDescription | null,
): { protocol: string; address: string; kind: string }[] {
  const lines = description?.sdp.matchAll(/^a=candidate:\S+ \S+ (\S+) \S+ (\S+) \S+ typ (\w+)/gm) ?? [];
  return Array.from(lines, ([, protocol = "", address = "", kind = ""]) => ({
    protocol: protocol.toLowerCase(),
    address,
    kind,
  }));
}
