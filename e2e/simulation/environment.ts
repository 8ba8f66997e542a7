import { FakeClock, FakeNetwork } from "@sig/client/testing";
import { createRandom, type Random } from "../../packages/client/test/exploration/seeded-randomness.js";
import type { Setup } from "./recording.js";
import { RunLog } from "./run-log.js";
import { Streams } from "./streams.js";

/** What everything in a run shares: time, chance, the network between pages, and the records. */
export class Environment {
  readonly setup: Setup;
  readonly clock = new FakeClock();
  readonly random: Random;
  readonly network: FakeNetwork;
  readonly log: RunLog;
  readonly streams = new Streams();
  /** When the membership of each member last ended, as a node reported it. */
  readonly endedMs = new Map<string, number>();
  #numbers = 0;

  constructor(setup: Setup, isLogged: boolean) {
    this.setup = setup;
    this.random = createRandom(setup.seed + 1);
    this.log = new RunLog(this.clock, isLogged);
    this.network = new FakeNetwork({
      clock: this.clock,
      seed: setup.seed,
      candidates: 1,
      operationMs: [0, 2],
      gatheringMs: [0, 5],
      connectingMs: [5, 40],
      latencyMs: [1, 30],
      disconnectedMs: [500, 1500],
      failedMs: [3000, 6000],
    });
  }

  /** A number that nothing else in this run has. */
  readonly nextNumber = (): number => ++this.#numbers;

  /** Lets the time go on until there is an answer. */
  answer<Value>(promise: Promise<Value>): Promise<Value> {
    return this.clock.settle(promise);
  }
}
