import { loadHealthWatches } from "../../webrtc/health/load-health-watches.js";
import type { Clock } from "../../util/clock.js";
import { systemClock } from "../../util/clock.js";
import { FakePeerConnection } from "./fake-peer-connection.js";
import { agentsOf } from "./ice-agent.js";
import type { FailingOperation, NetworkCore, NetworkTimes, OperationFailure } from "./network-core.js";
import { createRandom } from "../random.js";

export interface FakeNetworkOptions extends Partial<NetworkTimes> {
  /** Default: real time. */
  clock?: Clock;
  /** Where ranges of times and rates of failures take their chances from; default 1. */
  seed?: number;
  /** Host candidates of each connection; default 2. */
  candidates?: number;
  /**
   * Whether receivers tell of packets (`getSynchronizationSources`), as those of browsers do. A manager then watches every
   * connection with media: for silence, and for what does not arrive. It keeps a timer for each; default false.
   */
  packets?: boolean;
}

export interface FailOptions {
  /** How likely each call fails; default 1. */
  rate?: number;
  /** How many calls fail at most; default: all. */
  times?: number;
  /** Only connections of this host. */
  host?: string;
  /** What the call rejects with, or throws; default: an `OperationError`. */
  error?: Error;
}

/**
 * The network between fake connections: it lets those find each other that were given each other's descriptions, and
 * can be cut. Nothing leaves the process. Give each person a class of its own, made for its host:
 * `new PeerManager(socket, { clock, RTCPeerConnection: network.connectionClass("ada") })`.
 */
export class FakeNetwork {
  readonly #core: NetworkCore;
  readonly #cuts = new Set<string>();

  constructor({ clock = systemClock, seed = 1, candidates = 2, packets = false, ...times }: FakeNetworkOptions = {}) {
    // Loading takes real time, which a fake clock does not wait for.
    void loadHealthWatches();
    const random = createRandom(seed);
    this.#core = {
      clock,
      random,
      times: {
        operationMs: 1,
        eventMs: 0,
        gatheringMs: 5,
        connectingMs: 20,
        latencyMs: 5,
        disconnectedMs: 2500,
        failedMs: 15_000,
        ...times,
      },
      candidates,
      packets,
      failures: [],
      refusingServers: new Map(),
      made: 0,
      live: 0,
      isOpen: (one, other) =>
        !this.#cuts.has("") &&
        !this.#cuts.has(key(one)) &&
        !this.#cuts.has(key(other)) &&
        !this.#cuts.has(key(one, other)),
      after: (range, run) => clock.after(random.within(range), run),
    };
  }

  /** Connections made so far, and those of them that are not closed. */
  get connections(): { readonly made: number; readonly live: number } {
    return { made: this.#core.made, live: this.#core.live };
  }

  /** The class for somebody whose path need not be cut apart from others. */
  get RTCPeerConnection(): typeof RTCPeerConnection {
    return this.connectionClass("somebody");
  }

  /** The class for the connections of one host; the name is what `cut` takes. */
  connectionClass(host: string): typeof RTCPeerConnection {
    const core = this.#core;
    const HostConnection = class extends FakePeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(core, host, configuration);
      }
    };
    return HostConnection as unknown as typeof RTCPeerConnection;
  }

  /**
   * Cuts the path between two hosts, between one and all others, or every path. Connections over it are `disconnected`
   * 2.5 s later, `failed` 15 s after that (see `disconnectedMs`, `failedMs`); what is sent over reliable channels waits.
   */
  cut(one?: string, other?: string): void {
    this.#cuts.add(key(one, other));
    this.#pathsChanged();
  }

  /** Takes back the same `cut`; without hosts all of them. Connections that have not failed go on by themselves. */
  mend(one?: string, other?: string): void {
    if (one === undefined) this.#cuts.clear();
    else this.#cuts.delete(key(one, other));
    this.#pathsChanged();
  }

  /** Makes calls of connections reject, and the `constructor` throw. Returns what ends that. */
  fail(operation: FailingOperation, { rate = 1, times = Infinity, host, error }: FailOptions = {}): () => void {
    const failure: OperationFailure = { operation, rate, left: times, host, error };
    this.#core.failures.push(failure);
    return () => {
      failure.left = 0;
    };
  }

  /** An ICE server that refuses from now on: `icecandidateerror` in every connection that is configured with this URL. */
  failIceServer(
    url: string,
    { errorCode = 401, errorText = "Unauthorized" }: { errorCode?: number; errorText?: string } = {},
  ): void {
    this.#core.refusingServers.set(url, { errorCode, errorText });
  }

  #pathsChanged(): void {
    for (const agent of new Set(agentsOf(this.#core).values())) agent.pathChanged();
  }
}

function key(one = "", other?: string): string {
  return other === undefined ? one : [one, other].sort().join("\n");
}
