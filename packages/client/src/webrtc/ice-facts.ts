import type { Clock } from "../clock.js";
import type { PeerConnection } from "./peer-connection.js";

export type CandidateKind = "host" | "srflx" | "prflx" | "relay";

/** What the candidates of one side have in common; never an address. */
export interface CandidateFacts {
  readonly kinds: readonly CandidateKind[];
  readonly protocols: readonly string[];
  /** Whether every one of them is a `.local` name, which is found on one network only. */
  readonly mdnsOnly: boolean;
}

/** What a STUN or TURN server answered, or 701 for none that could be reached (W3C `icecandidateerror`). */
export interface IceServerProblem {
  readonly url: string;
  readonly code: number;
}

/** The path that media takes. */
export interface SelectedPath {
  readonly local: string;
  readonly remote: string;
  readonly protocol: string;
}

/** What is known about one connection's way through the network. Times in milliseconds. */
export interface IceSnapshot {
  readonly connection: RTCPeerConnectionState;
  readonly connectionForMs: number;
  readonly ice: RTCIceConnectionState;
  readonly iceForMs: number;
  readonly gathering: RTCIceGatheringState;
  readonly gatheringForMs: number;
  readonly local: CandidateFacts;
  readonly remote: CandidateFacts;
  readonly problems: readonly IceServerProblem[];
  readonly stunConfigured: boolean;
  readonly turnConfigured: boolean;
  readonly relayOnly: boolean;
  /** Known shortly after the connection stands. */
  readonly path: SelectedPath | undefined;
}

/** What is used beyond the port; a stack that lacks it is explained with less. */
type Connection = PeerConnection & Partial<Pick<RTCPeerConnection, "iceConnectionState" | "getConfiguration">>;

const kinds: readonly string[] = ["host", "srflx", "prflx", "relay"] satisfies CandidateKind[];
const maxProblems = 16;

class Candidates {
  readonly #kinds = new Set<CandidateKind>();
  readonly #protocols = new Set<string>();
  #named = 0;
  #numbered = 0;

  /** Takes a line of RFC 8839 section 5.1, with or without `a=`; an empty one is the end of them. */
  add(line: string): void {
    const [, , protocol, , address, , , kind] = line.replace(/^a=/, "").split(" ");
    if (protocol === undefined || address === undefined || kind === undefined || !kinds.includes(kind)) return;
    this.#kinds.add(kind as CandidateKind);
    this.#protocols.add(protocol.toLowerCase() === "tcp" ? "tcp" : "udp");
    if (address.endsWith(".local")) this.#named += 1;
    else this.#numbered += 1;
  }

  addAll(sdp: string): void {
    for (const line of sdp.match(/^a=candidate:.*$/gm) ?? []) this.add(line);
  }

  get facts(): CandidateFacts {
    return { kinds: [...this.#kinds], protocols: [...this.#protocols], mdnsOnly: this.#named > 0 && this.#numbered === 0 };
  }
}

/** How long a value has been what it is. */
class Lasting<Value> {
  readonly #clock: Clock;
  #since: number;

  constructor(
    readonly value: Value,
    clock: Clock,
  ) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  get forMs(): number {
    return this.#clock.now() - this.#since;
  }

  /** Itself while the value is the same. */
  become(value: Value): Lasting<Value> {
    return value === this.value ? this : new Lasting(value, this.#clock);
  }
}

/** Collects what one connection lets be known about its way through the network, for `explain`. Ends with the connection. */
export class IceFacts {
  readonly #connection: Connection;
  readonly #problems = new Map<string, IceServerProblem>();
  #local = new Candidates();
  #remote = new Candidates();
  #remoteGeneration: string | undefined;
  #state: Lasting<RTCPeerConnectionState>;
  #ice: Lasting<RTCIceConnectionState>;
  #gathering: Lasting<RTCIceGatheringState>;
  #path: SelectedPath | undefined;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#state = new Lasting(connection.connectionState, clock);
    this.#ice = new Lasting(connection.iceConnectionState ?? "new", clock);
    this.#gathering = new Lasting(connection.iceGatheringState, clock);
    connection.addEventListener("connectionstatechange", () => {
      this.#state = this.#state.become(connection.connectionState);
      if (connection.connectionState === "connected") void this.#findPath();
    });
    connection.addEventListener("iceconnectionstatechange", () => {
      this.#ice = this.#ice.become(connection.iceConnectionState ?? "new");
    });
    connection.addEventListener("icegatheringstatechange", () => {
      this.#gathering = this.#gathering.become(connection.iceGatheringState);
      if (connection.iceGatheringState !== "gathering") return;
      // A new ICE generation: what was found before counts no longer.
      this.#local = new Candidates();
      this.#problems.clear();
    });
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate !== null) this.#local.add(candidate.candidate);
    });
    connection.addEventListener("icecandidateerror", ({ url, errorCode }) => {
      // Without its query, which may say more than where the server is.
      const server = url.split("?")[0] ?? "";
      if (this.#problems.size < maxProblems) this.#problems.set(`${server} ${String(errorCode)}`, { url: server, code: errorCode });
    });
  }

  /** A candidate that the peer sent by itself. */
  remoteCandidate(line: string): void {
    this.#remote.add(line);
  }

  /** A description that the peer sent; one of a new ICE generation makes the candidates before it void. */
  remoteDescription(sdp: string): void {
    const generation = /^a=ice-ufrag:.*$/m.exec(sdp)?.[0];
    if (generation !== this.#remoteGeneration && this.#remoteGeneration !== undefined) this.#remote = new Candidates();
    this.#remoteGeneration = generation;
    this.#remote.addAll(sdp);
  }

  snapshot(): IceSnapshot {
    const { iceServers = [], iceTransportPolicy } = this.#connection.getConfiguration?.() ?? {};
    const urls = iceServers.flatMap(({ urls }) => urls);
    return {
      connection: this.#state.value,
      connectionForMs: this.#state.forMs,
      ice: this.#ice.value,
      iceForMs: this.#ice.forMs,
      gathering: this.#gathering.value,
      gatheringForMs: this.#gathering.forMs,
      local: this.#local.facts,
      remote: this.#remote.facts,
      problems: [...this.#problems.values()],
      stunConfigured: urls.some((url) => /^stuns?:/i.test(url)),
      turnConfigured: urls.some((url) => /^turns?:/i.test(url)),
      relayOnly: iceTransportPolicy === "relay",
      path: this.#path,
    };
  }

  async #findPath(): Promise<void> {
    try {
      this.#path = selectedPath(await this.#connection.getStats());
    } catch {
      // It has been closed meanwhile, or the stack has no statistics.
    }
  }
}

/** The members of W3C webrtc-stats that tell which path is in use; Firefox marks it in its own way. */
interface PathStats {
  readonly type: string;
  readonly id: string;
  readonly selectedCandidatePairId?: string;
  readonly selected?: boolean;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
  readonly protocol?: string;
  readonly relayProtocol?: string;
}

function selectedPath(report: RTCStatsReport): SelectedPath | undefined {
  const stats: PathStats[] = [];
  report.forEach((entry: PathStats) => stats.push(entry));
  const chosen = stats.find(({ type }) => type === "transport")?.selectedCandidatePairId;
  const pairs = stats.filter(({ type }) => type === "candidate-pair");
  const pair =
    pairs.find(({ id }) => id === chosen) ?? pairs.find(({ selected }) => selected === true) ?? pairs.find(({ nominated, state }) => nominated === true && state === "succeeded");
  const end = (id: string | undefined): PathStats | undefined => stats.find((entry) => entry.id === id);
  const local = end(pair?.localCandidateId);
  const remote = end(pair?.remoteCandidateId);
  if (local?.candidateType === undefined || remote?.candidateType === undefined) return undefined;
  return { local: local.candidateType, remote: remote.candidateType, protocol: local.relayProtocol ?? local.protocol ?? "udp" };
}
