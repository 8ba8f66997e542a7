import type { Clock } from "../../util/clock.js";
import type { PeerConnection } from "../peer-connection.js";
import type { StatsSampler } from "./stats-sampler.js";

/** The error code of a STUN or TURN server, or 701 for one that could not be reached (W3C `icecandidateerror`). */
export interface IceServerProblem {
  readonly url: string;
  readonly code: number;
}

/** A connection with facts that it does not report later. Times in milliseconds. */
export interface IceObserved {
  readonly connection: PeerConnection;
  readonly statistics: StatsSampler;
  readonly iceForMs: number;
  readonly gatheringForMs: number;
  readonly problems: readonly IceServerProblem[];
}

/** Records the facts of one connection that `explain` needs and cannot ask for later. */
export class IceFacts {
  readonly #connection: PeerConnection;
  readonly #statistics: StatsSampler;
  readonly #clock: Clock;
  readonly #problems = new Map<string, IceServerProblem>();
  #iceSince: number;
  #gatheringSince: number;

  constructor(connection: PeerConnection, statistics: StatsSampler, clock: Clock) {
    this.#connection = connection;
    this.#statistics = statistics;
    this.#clock = clock;
    this.#iceSince = this.#gatheringSince = clock.now();
    connection.addEventListener("iceconnectionstatechange", () => {
      this.#iceSince = clock.now();
    });
    connection.addEventListener("icegatheringstatechange", () => {
      this.#gatheringSince = clock.now();
      // A new ICE generation contacts the servers again.
      if (connection.iceGatheringState === "gathering") this.#problems.clear();
    });
    connection.addEventListener("icecandidateerror", ({ url, errorCode: code }) => {
      // Without the query, which may contain more than the address of the server.
      const server = url.replace(/\?.*/, "");
      this.#problems.set(server + String(code), { url: server, code });
    });
  }

  get observed(): IceObserved {
    const now = this.#clock.now();
    const [iceForMs, gatheringForMs] = [now - this.#iceSince, now - this.#gatheringSince];
    return {
      connection: this.#connection,
      statistics: this.#statistics,
      iceForMs,
      gatheringForMs,
      problems: [...this.#problems.values()],
    };
  }
}
