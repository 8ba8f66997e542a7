import type { Clock } from "../../util/clock.js";
import type { PeerConnection } from "../peer-connection.js";

/** The error code of a STUN or TURN server, or 701 for one that could not be reached (W3C `icecandidateerror`). */
export interface IceServerProblem {
  readonly url: string;
  readonly code: number;
}

/** Records what `explain` needs to know of one connection and cannot ask it for later. Times are those of the clock. */
export class IceFacts {
  declare iceSince: number;
  declare gatheringSince: number;
  /** Candidates of the peer beyond those that one ICE generation may have. */
  dropped = 0;
  /** By URL and code: each address of ours reports the same. */
  readonly problems = new Map<string, IceServerProblem>();

  constructor(connection: PeerConnection, clock: Clock) {
    this.iceSince = this.gatheringSince = clock.now();
    connection.addEventListener("iceconnectionstatechange", () => {
      this.iceSince = clock.now();
    });
    connection.addEventListener("icegatheringstatechange", () => {
      this.gatheringSince = clock.now();
      // A new ICE generation contacts the servers again.
      if (connection.iceGatheringState === "gathering") this.problems.clear();
    });
    connection.addEventListener("icecandidateerror", ({ url, errorCode }) => {
      this.problems.set(`${url} ${errorCode}`, { url, code: errorCode });
    });
  }
}
