import type { Clock } from "../../util/clock.js";
import type { PeerConnection } from "../peer-connection.js";
import type { StatsSampler } from "./stats-sampler.js";

/** What a STUN or TURN server answered, or 701 for none that could be reached (W3C `icecandidateerror`). */
export interface IceServerProblem {
  readonly url: string;
  readonly code: number;
}

/** A connection, and what it does not tell afterwards. Times in milliseconds. */
export interface IceObserved {
  readonly connection: PeerConnection;
  readonly statistics: StatsSampler;
  readonly iceForMs: number;
  readonly gatheringForMs: number;
  readonly problems: readonly IceServerProblem[];
}

/** Remembers of one connection what `explain` needs and cannot ask for later. Ends with the connection. */
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
      // A new ICE generation asks the servers anew.
      if (connection.iceGatheringState === "gathering") this.#problems.clear();
    });
    connection.addEventListener("icecandidateerror", ({ url, errorCode: code }) => {
      // Without its query, which may say more than where the server is.
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
