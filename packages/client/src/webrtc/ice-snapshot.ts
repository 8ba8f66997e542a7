import type { IceObserved, IceServerProblem } from "./ice-facts.js";
import type { PeerConnection } from "./peer-connection.js";

/** What is known about one connection's way through the network. Times in milliseconds. */
export interface IceSnapshot {
  readonly ice: RTCIceConnectionState | undefined;
  readonly iceForMs: number;
  readonly gathering: RTCIceGatheringState;
  readonly gatheringForMs: number;
  /** The kinds of both sides' candidates, `host`, `srflx`, `prflx`, `relay` (RFC 8839 section 5.1); never an address. */
  readonly local: readonly string[];
  readonly remote: readonly string[];
  readonly problems: readonly IceServerProblem[];
  readonly relayOnly: boolean;
  /** The path in use, and the protocol on our side of it. */
  readonly path: { readonly relayed: boolean; readonly protocol: string } | undefined;
}

/** What is used beyond the port; a stack that lacks it is explained with less. */
type Connection = PeerConnection & Partial<Pick<RTCPeerConnection, "iceConnectionState" | "getConfiguration">>;

/** Asks a connection for the rest of what `explain` needs. Never rejects. */
export async function iceSnapshot({ connection, ...observed }: IceObserved): Promise<IceSnapshot> {
  const { iceConnectionState, iceGatheringState, localDescription, remoteDescription, getConfiguration }: Connection = connection;
  return {
    ...observed,
    ice: iceConnectionState,
    gathering: iceGatheringState,
    local: kindsIn(localDescription),
    remote: kindsIn(remoteDescription),
    relayOnly: getConfiguration?.call(connection).iceTransportPolicy === "relay",
    // It may have been closed meanwhile, or the stack has no statistics.
    path: connection.connectionState === "connected" ? await selectedPath(connection).catch(() => undefined) : undefined,
  };
}

/** The members of W3C webrtc-stats that tell which path is in use; Firefox marks it as `selected`. */
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

async function selectedPath(connection: PeerConnection): Promise<IceSnapshot["path"]> {
  const stats = new Map<string | undefined, PathStats>();
  (await connection.getStats()).forEach((entry: PathStats) => stats.set(entry.id, entry));
  const entries = [...stats.values()];
  const { selectedCandidatePairId } = entries.find(({ type }) => type === "transport") ?? {};
  const pair = stats.get(selectedCandidatePairId) ?? entries.find(({ selected }) => selected);
  const local = stats.get(pair?.localCandidateId);
  const remote = stats.get(pair?.remoteCandidateId);
  return local && remote && { relayed: [local, remote].some(({ candidateType }) => candidateType === "relay"), protocol: local.relayProtocol ?? local.protocol };
}

/** Those of one ICE generation; candidates that came since are in the description too (JSEP sections 4.1.8 and 4.1.19). */
function kindsIn(description: RTCSessionDescription | null): string[] {
  return Array.from(description?.sdp.matchAll(/^a=candidate:.* typ (\w+)/gm) ?? [], ([, kind = ""]) => kind);
}
