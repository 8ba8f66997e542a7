import { belongsTo } from "../../src/negotiation/candidate-buffer.js";
import type { SimulatedClock } from "./clock.js";
import { ModelConnection } from "./connection.js";
import type { Kind } from "./media.js";
import { initialNegotiation, type negotiate } from "../../src/negotiation/negotiate.js";
import type { Random } from "./random.js";
import type { Effect, Input, NegotiationState, Outgoing, StepName } from "../../src/negotiation/types.js";

export interface PeerOptions {
  readonly name: string;
  readonly polite: boolean;
  readonly negotiate: typeof negotiate;
  readonly checksMids: boolean;
  /** Whether this step fails this time. */
  readonly fails: (step: StepName) => boolean;
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly send: (message: Outgoing) => void;
}

const injectedFailure = new Error("The simulation made this step fail.");

/** One end: a connection, its negotiation, and a driver with one serial queue, as in webrtc/negotiation-driver.ts. */
export class SimulatedPeer {
  readonly connection: ModelConnection;
  state: NegotiationState;
  /**
   * Whether this end takes its messages to reach the other. If not, they are dropped, as by a route that keeps none.
   */
  reachable = true;
  /** Unexpected errors: steps and calls that failed without an injected failure. */
  readonly errors: string[] = [];
  /** ICE generations whose candidates arrived before any description with them. */
  readonly unknownUfrags = new Set<string>();
  readonly reports: { readonly step: StepName; readonly final: boolean }[] = [];
  /** All gathered candidates, by ICE generation. */
  readonly found = new Map<string, string[]>();
  descriptionsSent = 0;
  candidatesSent = 0;
  readonly #options: PeerOptions;
  readonly #queue: ((done: () => void) => void)[] = [];
  #running = false;
  #tracks = 0;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.state = initialNegotiation({
      polite: options.polite,
      renegotiates: true,
      idPrefix: options.name,
    });
    this.connection = new ModelConnection({
      name: options.name,
      checksMids: options.checksMids,
      later: (run) => {
        options.clock.after(this.#pause(2), run);
      },
      negotiationNeeded: () => {
        this.dispatch({ type: "negotiation-needed" });
      },
      gather: (ufrag) => {
        this.#gather(ufrag);
      },
      gathered: (ufrag) => this.found.get(ufrag) ?? [],
    });
  }

  get name(): string {
    return this.#options.name;
  }

  addTrack(kind: Kind): void {
    this.connection.addTrack(kind, `${this.name}-${kind}-${String(++this.#tracks)}`);
  }

  /** Messages reach the other end again, and earlier ones may be lost. `connected` as in the input `resend`. */
  restore(connected: boolean): void {
    this.reachable = true;
    this.dispatch({ type: "resend", connected });
    this.dispatch({ type: "reachable" });
  }

  dispatch(input: Input): void {
    const { state, effects } = this.#options.negotiate(this.state, input, this.reachable);
    this.state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: Effect): void {
    const { connection } = this;
    switch (effect.type) {
      case "send":
        if (!this.reachable) return;
        if (effect.message.event === "candidate") this.candidatesSent++;
        else this.descriptionsSent++;
        this.#options.send(effect.message);
        break;
      case "report":
        this.reports.push({ step: effect.step, final: effect.final });
        break;
      case "create-offer":
        this.#step(effect.type, [], () => ({ type: "offer-created", sdp: connection.setLocal() }));
        break;
      case "accept-offer":
        this.#step(effect.type, [() => connection.setRemoteOffer(effect.sdp)], () => ({
          type: "answer-created",
          sdp: connection.setLocal(),
        }));
        break;
      case "apply-answer":
        this.#step(
          effect.type,
          [() => connection.setRemoteAnswer(effect.sdp)],
          () => ({ type: "answer-applied" }),
          true,
        );
        break;
      case "rollback":
        this.#task(() => {
          if (connection.signalingState === "have-remote-offer") connection.rollback();
        });
        break;
      case "replace":
        throw new Error("The simulation has no peers that take one offer for each connection.");
      case "add-candidate":
        this.#task(() => {
          this.#addCandidate(effect.candidate.sdp, effect.candidate.usernameFragment ?? "");
        });
        break;
    }
  }

  /** Runs the calls of a step with pauses, then dispatches its result. */
  #step(step: StepName, calls: readonly (() => void)[], last: () => Input, failsOnlyBefore = false): void {
    const chosen = this.#options.fails(step);
    const failAt = chosen ? (failsOnlyBefore ? 0 : this.#options.random.below(calls.length + 1)) : -1;
    let result: Input = { type: "step-failed", step, error: undefined };
    const all = [...calls, () => void (result = last())];
    this.#queue.push((done) => {
      const proceed = (index: number): void => {
        this.#options.clock.after(this.#pause(5), () => {
          const call = all[index];
          try {
            if (index === failAt) throw injectedFailure;
            call?.();
          } catch (error) {
            if (index !== failAt) this.errors.push(`${step}: ${String(error)}`);
            result = { type: "step-failed", step, error };
            index = all.length;
          }
          if (index < all.length) {
            proceed(index + 1);
            return;
          }
          this.dispatch(result);
          done();
        });
      };
      proceed(0);
    });
    this.#runNext();
  }

  #task(run: () => void): void {
    this.#queue.push((done) => {
      run();
      done();
    });
    this.#runNext();
  }

  #runNext(): void {
    if (this.#running) return;
    const next = this.#queue.shift();
    if (next === undefined) return;
    this.#running = true;
    next(() => {
      this.#running = false;
      this.#runNext();
    });
  }

  #addCandidate(candidate: string, ufrag: string): void {
    const { connection } = this;
    if (!connection.knownUfrags.has(ufrag)) this.unknownUfrags.add(ufrag);
    if (!belongsTo(connection.remoteSdp ?? "", ufrag)) return;
    try {
      connection.addIceCandidate(ufrag, candidate);
    } catch (error) {
      this.errors.push(`add-candidate: ${String(error)}`);
    }
  }

  /** Gathers up to three candidates and end-of-candidates at random times, while the generation is the newest. */
  #gather(ufrag: string): void {
    const { clock, random } = this.#options;
    const count = 1 + random.below(4);
    let moment = clock.now;
    for (let index = 1; index <= count; index++) {
      moment += this.#pause(15);
      clock.at(moment, () => {
        if (this.connection.localUfrag !== ufrag) return;
        const sdp = index === count ? "" : `candidate:${String(index)}`;
        this.found.set(ufrag, [...(this.found.get(ufrag) ?? []), sdp]);
        this.dispatch({ type: "local-candidate", candidate: { sdp, sdpMid: "0", usernameFragment: ufrag } });
      });
    }
  }

  #pause(atMost: number): number {
    return this.#options.random.next() * atMost;
  }
}
