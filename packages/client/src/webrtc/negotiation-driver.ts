import {
  fromIceCandidate,
  toIceCandidateInit,
  toSessionDescription,
  type Candidate,
  type DescriptionType,
} from "@sig/protocol";
import { belongsTo } from "../negotiation/candidate-buffer.js";
import { negotiate } from "../negotiation/negotiate.js";
import type { Effect, Input, NegotiationState, Outgoing, Phase, StepName } from "../negotiation/types.js";
import type { Settings } from "../options.js";
import { isBundled, withoutBundled } from "./quirks/bundled-candidates.js";
import { keepRoles } from "./quirks/dtls-role.js";
import { gatheringDone, type PeerConnection } from "./peer-connection.js";

export interface DriverListener {
  /** Bring this to the peer. */
  signal(message: Outgoing): void;
  /** `final`: nothing more is offered on this connection. */
  stepFailed(step: StepName, error: unknown, final: boolean): void;
  /** Which exchange is under way now, if one is. */
  exchange(name: string | undefined): void;
  /** What changed needs a new connection. */
  replaced(): void;
}

/** What goes with descriptions. */
export interface DescriptionHooks {
  /** The description of this negotiation is about to be set. */
  applying(offerId: string): void;
  /** An exchange is done: directions of transceivers may have changed. */
  settled(): void;
}

/** That there are no more candidates matters where no path is found: it is said when that which is urgent has been. */
const endMs = 500;

/**
 * Ties one RTCPeerConnection to its negotiation: events become inputs, effects become calls, one at a time.
 * What to do is decided in `negotiate`; here it is only done.
 */
export class NegotiationDriver {
  readonly #connection: PeerConnection;
  readonly #settings: Settings;
  readonly #hooks: DescriptionHooks;
  readonly #listener: DriverListener;
  /** The last of what is done to the connection, one thing after another. */
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;
  #stopEnd = (): void => undefined;
  #state: NegotiationState;
  #initiates = false;

  constructor(
    connection: PeerConnection,
    state: NegotiationState,
    settings: Settings,
    hooks: DescriptionHooks,
    listener: DriverListener,
  ) {
    this.#connection = connection;
    this.#state = state;
    this.#settings = settings;
    this.#hooks = hooks;
    this.#listener = listener;
    connection.addEventListener("negotiationneeded", () => this.onNegotiationNeeded());
    if (settings.trickle)
      connection.addEventListener("icecandidate", ({ candidate }) => this.#onLocalCandidate(candidate));
  }

  /** Whether no exchange is under way. */
  get stable(): boolean {
    return this.phase === "stable";
  }

  /** What of an exchange is under way. */
  get phase(): Phase {
    return this.#state.phase;
  }

  /** Makes the first offer. */
  initiate(): void {
    this.#initiates = true;
    this.onNegotiationNeeded();
  }

  /** Until something of the peer's was accepted, only the one that initiates makes offers: the other waits for them. */
  onNegotiationNeeded(): void {
    if (this.#initiates || this.#connection.remoteDescription != null) this.dispatch({ type: "negotiation-needed" });
  }

  /** After `close` it does nothing. */
  dispatch(input: Input): void {
    if (this.#closed) return;
    const { state, effects } = negotiate(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#listener.exchange(this.#exchange);
    if (input.type === "answer-created" || input.type === "answer-applied") this.#hooks.settled();
  }

  close(): void {
    this.#closed = true;
    this.#stopEnd();
  }

  get #exchange(): string | undefined {
    const { phase, localOffer, remoteId } = this.#state;
    return phase === "stable" ? undefined : (localOffer?.offerId ?? remoteId);
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case "send":
        this.#listener.signal(effect.message);
        break;
      case "report":
        this.#listener.stepFailed(effect.step, effect.error, effect.final);
        break;
      case "create-offer":
        this.#step(effect.type, async () => ({ type: "offer-created", sdp: await this.#describe() }));
        break;
      case "accept-offer":
        this.#step(effect.type, async () => {
          await this.#apply("offer", effect.sdp);
          return { type: "answer-created", sdp: await this.#describe() };
        });
        break;
      case "apply-answer":
        this.#step(effect.type, async () => {
          await this.#apply("answer", effect.sdp);
          return { type: "answer-applied" };
        });
        break;
      case "rollback":
        this.#then(() => this.#rollback());
        break;
      case "add-candidate":
        this.#then(() => this.#addCandidate(effect.candidate));
        break;
      case "replace":
        // What else changes in the same moment goes with it.
        void this.#tail.then(() => {
          if (!this.#closed) this.#listener.replaced();
        });
        break;
    }
  }

  /** Steps report their errors themselves. A rollback or a candidate that is refused stands in the way of nothing. */
  #then(task: () => Promise<void>): void {
    this.#tail = this.#tail.then(() => (this.#closed ? undefined : task())).catch(() => undefined);
  }

  /** Whatever a step ends with is an input; after `close` nobody waits for it. */
  #step(step: StepName, run: () => Promise<Input>): void {
    this.#then(async () => {
      this.dispatch(await run().catch((error: unknown): Input => ({ type: "step-failed", step, error })));
    });
  }

  /** Makes an offer or an answer, as the connection's state asks for, and sets it. */
  async #describe(): Promise<string> {
    await this.#connection.setLocalDescription();
    const described = (): string => this.#connection.localDescription?.sdp ?? "";
    if (this.#settings.trickle) return described();
    await gatheringDone(this.#connection, this.#settings.gatherTimeoutMs, this.#settings.clock);
    return withoutBundled(this.#connection.currentRemoteDescription, described());
  }

  async #apply(type: DescriptionType, sdp: string): Promise<void> {
    this.#hooks.applying(this.#state.remoteId ?? "");
    const description = toSessionDescription(type, type === "offer" ? keepRoles(this.#connection, sdp) : sdp);
    const rollsBack = type === "offer" && this.#connection.signalingState === "have-local-offer";
    try {
      await this.#connection.setRemoteDescription(description);
    } catch (error) {
      if (!rollsBack) throw error;
      // Old Safari does not roll back by itself.
      await this.#rollback();
      // Firefox does, and then takes an offer that restarts ICE for an answer, unless an offer of ours had asked for a restart too.
      await this.#connection.createOffer({ iceRestart: true });
      await this.#connection.setRemoteDescription(description);
    }
  }

  async #rollback(): Promise<void> {
    if (this.#connection.signalingState === "have-local-offer")
      await this.#connection.setLocalDescription({ type: "rollback" });
    if (this.#connection.signalingState === "have-remote-offer")
      await this.#connection.setRemoteDescription({ type: "rollback" });
  }

  async #addCandidate(candidate: Candidate): Promise<void> {
    const init = toIceCandidateInit(candidate);
    const { remoteDescription } = this.#connection;
    // A late candidate of an earlier ICE generation (RFC 8838 section 10) is not an error: it is not wanted.
    if (isBundled(remoteDescription, init.sdpMid) || !belongsTo(remoteDescription?.sdp ?? "", init.usernameFragment))
      return;
    await this.#connection.addIceCandidate(init);
  }

  #onLocalCandidate(candidate: RTCIceCandidate | null): void {
    if (!candidate?.candidate) this.#onLastCandidate();
    else if (!isBundled(this.#connection.currentRemoteDescription, candidate.sdpMid))
      this.dispatch({ type: "local-candidate", candidate: fromIceCandidate(candidate) });
  }

  /** Some browsers fire an empty candidate and then null: the end is said once. */
  #onLastCandidate(): void {
    const sdp = this.#connection.localDescription?.sdp ?? "";
    const first = (pattern: RegExp): string | undefined => pattern.exec(sdp)?.[1];
    const end: Candidate = {
      sdpMid: first(/^a=mid:(\S+)/m) ?? "0",
      sdpMLineIndex: 0,
      sdp: "",
      usernameFragment: first(/^a=ice-ufrag:(\S+)/m),
    };
    this.#stopEnd();
    this.#stopEnd = this.#settings.clock.after(endMs, () => this.dispatch({ type: "local-candidate", candidate: end }));
  }
}
