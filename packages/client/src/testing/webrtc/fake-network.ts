import type { Clock } from "../../util/clock.js";
import { loadPreflightRun } from "../../diagnostics/load-preflight-run.js";
import { loadWhenConnected } from "../../peer/load-when-connected.js";
import { systemClock } from "../../util/clock.js";
import { FakeClock } from "../fake-clock.js";
import { FakePeerConnection } from "./fake-peer-connection.js";
import { agentsOf } from "./ice-agent.js";
import type { FailingOperation, NetworkCore, NetworkTimes, OperationFailure } from "./network-core.js";
import { createRandom } from "../random.js";

export interface FakeNetworkOptions extends Partial<NetworkTimes> {
  /** The clock that measures all times. Default: real time. */
  clock?: Clock;
  /** The random seed of times and failures. Default 1. */
  seed?: number;
  /** The number of host candidates of each connection. Default 2. */
  candidates?: number;
  /**
   * Whether receivers report packets by `getSynchronizationSources`, as browsers do. Default false. A manager then
   * watches every connection with media for a stalled path or track, with a timer that never ends, so `clock.runOut()`
   * returns false.
   */
  packets?: boolean;
}

export interface FailOptions {
  /** The probability that a call fails. Default 1. */
  rate?: number;
  /** The maximum number of calls that fail. Default: unlimited. */
  times?: number;
  /** The name of the only end whose connections fail. Default: all. */
  name?: string;
  /** @deprecated Use `name`. */
  host?: string;
  /** The error of the call. Default: an `OperationError`. */
  error?: Error;
}

/**
 * The network between fake connections. Two connections connect once each has the other's description and candidates. A
 * test can cut paths and make operations fail. Nothing leaves the process. Give each end a class with its own name:
 * `new PeerManager(socket, { clock, RTCPeerConnection: network.connectionClass("ada") })`.
 */
export class FakeNetwork {
  readonly #core: NetworkCore;
  readonly #cuts = new Set<string>();

  constructor({ clock = systemClock, seed = 1, candidates = 2, packets = false, ...times }: FakeNetworkOptions = {}) {
    // Otherwise the first run in a process would depend on how fast the disk is.
    if (clock instanceof FakeClock) clock.waitFor(loadLaterParts());
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
      failingServers: new Map(),
      made: 0,
      live: 0,
      isOpen: (one, other) =>
        !this.#cuts.has("") &&
        !this.#cuts.has(key(one)) &&
        !this.#cuts.has(key(other)) &&
        !this.#cuts.has(key(one, other)),
      after: (range, run) => clock.after(random.within(range), run),
      task: (run) => clock.after(0, run),
    };
  }

  /** The number of connections made so far, and of those that are not closed. */
  get connections(): { readonly made: number; readonly live: number } {
    return { made: this.#core.made, live: this.#core.live };
  }

  /** The class for an end without a name of its own. */
  get RTCPeerConnection(): typeof RTCPeerConnection {
    return this.connectionClass("somebody");
  }

  /** Returns the class for the connections of one end. `cut` and `fail` take its name. */
  connectionClass(name: string): typeof RTCPeerConnection {
    const core = this.#core;
    const NamedConnection = class extends FakePeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(core, name, configuration);
      }
    };
    return NamedConnection as unknown as typeof RTCPeerConnection;
  }

  /**
   * Cuts the path between two ends, between one end and all others, or every path. Its connections are `disconnected`
   * after 2.5 s and `failed` 15 s later (`disconnectedMs`, `failedMs`). Messages of reliable channels wait.
   */
  cut(one?: string, other?: string): void {
    this.#cuts.add(key(one, other));
    this.#pathsChanged();
  }

  /**
   * Reverts the same `cut`, or all of them without arguments. Connections that have not failed recover by themselves.
   */
  mend(one?: string, other?: string): void {
    if (one === undefined) this.#cuts.clear();
    else this.#cuts.delete(key(one, other));
    this.#pathsChanged();
  }

  /** Makes an operation of connections reject, or the `constructor` throw. Returns a function that ends it. */
  fail(operation: FailingOperation, options: FailOptions = {}): () => void {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- `host` is read for one more minor version
    const { rate = 1, times = Infinity, name = options.host, error } = options;
    const failure: OperationFailure = { operation, rate, left: times, name, error };
    this.#core.failures.push(failure);
    return () => {
      failure.left = 0;
    };
  }

  /** Makes an ICE server fail: every connection that uses this URL fires `icecandidateerror` with this code. */
  failIceServer(
    url: string,
    { errorCode = 401, errorText = "Unauthorized" }: { errorCode?: number; errorText?: string } = {},
  ): void {
    this.#core.failingServers.set(url, { errorCode, errorText });
  }

  #pathsChanged(): void {
    for (const agent of new Set(agentsOf(this.#core).values())) agent.pathChanged();
  }
}

function key(one = "", other?: string): string {
  return other === undefined ? one : [one, other].sort().join("\n");
}

async function loadLaterParts(): Promise<void> {
  await Promise.all([loadWhenConnected(), loadPreflightRun()]);
}
