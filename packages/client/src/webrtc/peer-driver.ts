import { fromIceCandidate, toIceCandidateInit, toSessionDescription, type Candidate } from "@sig/protocol";
import { belongsTo } from "../negotiation/candidate-buffer.js";
import { initialNegotiation, negotiate } from "../negotiation/negotiate.js";
import type { Effect, Input, NegotiationState, Outgoing, StepName } from "../negotiation/types.js";
import type { Logger } from "../options.js";
import { gatheringDone, type PeerConnection } from "./peer-connection.js";
import { SerialQueue } from "./serial-queue.js";

export interface DriverOptions {
  readonly polite: boolean;
  readonly reachable: boolean;
  readonly idPrefix: string;
  readonly trickle: boolean;
  readonly gatherTimeoutMs: number;
  readonly logger: Logger | undefined;
}

export interface DriverListener {
  /** Bring this to the peer. */
  signal(message: Outgoing): void;
  /** The description of this negotiation is about to be set. */
  applying(offerId: string): void;
  /** An exchange is done: directions of transceivers may have changed. */
  settled(): void;
  stepFailed(step: StepName, error: unknown): void;
}

/**
 * Ties one RTCPeerConnection to its negotiation: events become inputs, effects become calls, one at a time.
 * What to do is decided in `negotiate`; here it is only done.
 */
export class PeerDriver {
  readonly #connection: PeerConnection;
  readonly #options: DriverOptions;
  readonly #listener: DriverListener;
  readonly #queue = new SerialQueue();
  readonly #unbind: (() => void)[] = [];
  #state: NegotiationState;

  constructor(connection: PeerConnection, options: DriverOptions, listener: DriverListener) {
    this.#connection = connection;
    this.#options = options;
    this.#listener = listener;
    this.#state = initialNegotiation(options);
    this.#bind("negotiationneeded", () => {
      this.dispatch({ type: "negotiation-needed" });
    });
    if (options.trickle) this.#bind("icecandidate", (event) => {
      this.#onLocalCandidate((event as RTCPeerConnectionIceEvent).candidate);
    });
  }

  /** Whether no exchange is under way. */
  get stable(): boolean {
    return this.#state.phase === "stable";
  }

  dispatch(input: Input): void {
    if (this.#queue.closed) return;
    const { state, effects } = negotiate(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    if (input.type === "answer-created" || input.type === "answer-applied") this.#listener.settled();
  }

  close(): void {
    this.#queue.close();
    for (const unbind of this.#unbind.splice(0)) unbind();
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case "send":
        this.#listener.signal(effect.message);
        break;
      case "report":
        this.#options.logger?.warn("A step of the negotiation failed", { step: effect.step, error: effect.error, final: effect.final });
        this.#listener.stepFailed(effect.step, effect.error);
        break;
      case "create-offer":
        this.#step("create-offer", () => this.#createOffer());
        break;
      case "accept-offer":
        this.#step("accept-offer", () => this.#acceptOffer(effect.sdp));
        break;
      case "apply-answer":
        this.#step("apply-answer", () => this.#applyAnswer(effect.sdp));
        break;
      case "rollback":
        this.#queue.push(() => this.#rollback());
        break;
      case "add-candidate":
        this.#queue.push(() => this.#addCandidate(effect.candidate));
        break;
    }
  }

  /** Whatever a step ends with is an input; after `close` nobody waits for it. */
  #step(step: StepName, run: () => Promise<Input>): void {
    this.#queue.push(async () => {
      this.dispatch(await run().catch((error: unknown): Input => ({ type: "step-failed", step, error })));
    });
  }

  async #createOffer(): Promise<Input> {
    await this.#connection.setLocalDescription();
    return { type: "offer-created", sdp: await this.#localSdp() };
  }

  async #acceptOffer(sdp: string): Promise<Input> {
    this.#listener.applying(this.#state.remoteId ?? "");
    await this.#connection.setRemoteDescription(toSessionDescription("offer", sdp));
    await this.#connection.setLocalDescription();
    return { type: "answer-created", sdp: await this.#localSdp() };
  }

  async #applyAnswer(sdp: string): Promise<Input> {
    this.#listener.applying(this.#state.remoteId ?? "");
    await this.#connection.setRemoteDescription(toSessionDescription("answer", sdp));
    return { type: "answer-applied" };
  }

  async #localSdp(): Promise<string> {
    if (!this.#options.trickle) await gatheringDone(this.#connection, this.#options.gatherTimeoutMs);
    return this.#connection.localDescription?.sdp ?? "";
  }

  async #rollback(): Promise<void> {
    try {
      if (this.#connection.signalingState === "have-local-offer") await this.#connection.setLocalDescription({ type: "rollback" });
      if (this.#connection.signalingState === "have-remote-offer") await this.#connection.setRemoteDescription({ type: "rollback" });
    } catch (error) {
      this.#options.logger?.warn("A rollback failed", { error });
    }
  }

  async #addCandidate(candidate: Candidate): Promise<void> {
    const init = toIceCandidateInit(candidate);
    // A late candidate of an earlier ICE generation (RFC 8838 section 10) is not an error: it is not wanted.
    if (!belongsTo(this.#connection.remoteDescription?.sdp ?? "", init.usernameFragment)) return;
    try {
      await this.#connection.addIceCandidate(init);
    } catch (error) {
      this.#options.logger?.debug("A candidate was not taken", { error });
    }
  }

  #onLocalCandidate(candidate: RTCIceCandidate | null): void {
    const wire = candidate === null ? this.#endOfCandidates() : fromIceCandidate(candidate);
    if (wire !== undefined) this.dispatch({ type: "local-candidate", candidate: wire });
  }

  /** Some browsers fire an empty candidate and then null: the end is said once. */
  #endOfCandidates(): Candidate | undefined {
    const sdp = this.#connection.localDescription?.sdp;
    if (sdp === undefined || this.#state.gathered.at(-1)?.sdp === "") return undefined;
    const first = (pattern: RegExp): string | undefined => pattern.exec(sdp)?.[1];
    return { sdpMid: first(/^a=mid:(\S+)/m) ?? "0", sdpMLineIndex: 0, sdp: "", usernameFragment: first(/^a=ice-ufrag:(\S+)/m) };
  }

  #bind(event: string, listener: (event: Event) => void): void {
    this.#connection.addEventListener(event, listener);
    this.#unbind.push(() => {
      this.#connection.removeEventListener(event, listener);
    });
  }
}
