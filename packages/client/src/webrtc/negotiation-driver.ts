import { endOfCandidatesDelayMs } from "../negotiation/time-constants.js";
import { negotiate } from "../negotiation/negotiate.js";
import { gatheringDone, type PeerConnection } from "./peer-connection.js";
import { isBundled, withoutBundled } from "./quirks/bundled-candidates.js";
import { keepRoles } from "./quirks/dtls-role.js";
import {
  fromIceCandidate,
  toIceCandidateInit,
  toSessionDescription,
  type Candidate,
  type DescriptionType,
} from "@sig/protocol/page";
import { maxHeld } from "../negotiation/bounds.js";
import { belongsTo } from "../negotiation/candidate-buffer.js";
import type { Effect, Input, NegotiationState, Outgoing, Phase, StepName } from "../negotiation/types.js";
import type { Settings } from "../options.js";
import type { IceFacts } from "./health/ice-facts.js";

export interface DriverListener {
  /** Whether signals reach the peer now. */
  readonly reachable: boolean;
  /** Send this to the peer. */
  signal(message: Outgoing): void;
  /** `final`: no more offers are made on this connection. */
  stepFailed(step: StepName, error: unknown, final: boolean): void;
  /** The offer/answer exchange that is under way now; undefined if there is none. */
  exchangeChanged(name: string | undefined): void;
  /** A change needs a new connection. */
  replacementNeeded(): void;
}

/** What a driver needs of the connection it belongs to. */
export interface DriverHost {
  readonly closed: boolean;
  readonly facts: Pick<IceFacts, "dropped">;
  /** Runs an operation after those before it; not once it is closed. */
  run(operation: () => Promise<void> | void): Promise<void>;
  /** Called before an offer is made or accepted. Must not reject. */
  beforeDescription(): Promise<void>;
  /** The description of this negotiation is about to be set. */
  applying(offerId: string): void;
  /** An exchange is complete: directions of transceivers may have changed. */
  settled(): void;
}

/**
 * Drives the negotiation of one RTCPeerConnection: its events become inputs of `negotiate`, the effects become calls,
 * one after another. All decisions are in `negotiate`.
 */
export class NegotiationDriver {
  readonly #connection: PeerConnection;
  readonly #settings: Settings;
  readonly #host: DriverHost;
  readonly #listener: DriverListener;
  #stopEnd = (): void => undefined;
  #state: NegotiationState;
  #initiates = false;

  constructor(
    connection: PeerConnection,
    state: NegotiationState,
    settings: Settings,
    host: DriverHost,
    listener: DriverListener,
  ) {
    this.#connection = connection;
    this.#state = state;
    this.#settings = settings;
    this.#host = host;
    this.#listener = listener;
    connection.addEventListener("negotiationneeded", () => this.onNegotiationNeeded());
    if (settings.trickle)
      connection.addEventListener("icecandidate", ({ candidate }) => this.#onLocalCandidate(candidate));
  }

  /** How far the current exchange is. */
  get phase(): Phase {
    return this.#state.phase;
  }

  /** Makes the first offer. */
  initiate(): void {
    this.#initiates = true;
    this.onNegotiationNeeded();
  }

  /** The first offer was made before, and has been sent: it is set before anything of the peer is applied. */
  adopt({ offerId, sdp }: { readonly offerId: string; readonly sdp: string }): void {
    this.#initiates = true;
    this.#state = { ...this.#state, phase: "have-local-offer", offersMade: 1, localOffer: { offerId, sdp } };
    this.#then(() =>
      this.#connection.setLocalDescription({ type: "offer", sdp }).catch(() => this.#listener.replacementNeeded()),
    );
    this.#listener.exchangeChanged(this.#exchange);
  }

  /**
   * Until a description of the peer was applied, only the side that initiates makes offers; the other waits for them.
   */
  onNegotiationNeeded(): void {
    if (this.#initiates || this.#connection.remoteDescription != null) this.dispatch({ type: "negotiation-needed" });
  }

  dispatch(input: Input): void {
    if (this.#host.closed) return;
    const { state, effects } = negotiate(this.#state, input, this.#listener.reachable);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#listener.exchangeChanged(this.#exchange);
    if (input.type === "answer-created" || input.type === "answer-applied") this.#host.settled();
  }

  close(): void {
    this.#stopEnd();
  }

  get #exchange(): string | undefined {
    const { phase, localOffer, remoteOfferId } = this.#state;
    return phase === "stable" ? undefined : (localOffer?.offerId ?? remoteOfferId);
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case "send":
        this.#listener.signal(effect.message);
        break;
      case "report":
        this.#listener.stepFailed(effect.step, effect.error, effect.final);
        break;
      case "rollback":
        this.#then(() => this.#rollBackTheirs());
        break;
      case "add-candidate":
        this.#then(() => this.#addCandidate(effect.candidate));
        break;
      case "replace":
        // What else changes in the same moment goes with it.
        this.#then(() => this.#listener.replacementNeeded());
        break;
      default:
        this.#then(async () => this.dispatch(await this.#take(effect)));
    }
  }

  /** Steps report their errors themselves. A rollback or a candidate that fails stands in the way of nothing. */
  #then(operation: () => Promise<void> | void): void {
    this.#host.run(operation).catch(() => undefined);
  }

  /** Takes a step. Its result is an input. */
  async #take(effect: Extract<Effect, { type: StepName }>): Promise<Input> {
    try {
      if (effect.type === "apply-answer") {
        await this.#apply("answer", effect.sdp);
        return { type: "answer-applied" };
      }
      await this.#host.beforeDescription();
      if (effect.type === "create-offer") return { type: "offer-created", sdp: await this.#describe() };
      await this.#apply("offer", effect.sdp);
      return { type: "answer-created", sdp: await this.#describe() };
    } catch (error) {
      return { type: "step-failed", step: effect.type, error };
    }
  }

  /** Makes an offer or an answer, as `signalingState` requires, and sets it. */
  async #describe(): Promise<string> {
    await this.#setLocalDescription();
    const described = (): string => this.#connection.localDescription?.sdp ?? "";
    if (this.#settings.trickle) return described();
    await gatheringDone(this.#connection, this.#settings.gatherTimeoutMs, this.#settings.clock);
    return withoutBundled(this.#connection.currentRemoteDescription, described());
  }

  async #setLocalDescription(): Promise<void> {
    const connection = this.#connection;
    try {
      if (this.#settings.implicitDescriptions) {
        await connection.setLocalDescription();
        return;
      }
    } catch (error) {
      // A stack from before W3C made the argument optional.
      if (!(error instanceof TypeError)) throw error;
    }
    const answers = connection.signalingState === "have-remote-offer";
    await connection.setLocalDescription(await connection[answers ? "createAnswer" : "createOffer"]());
  }

  async #apply(type: DescriptionType, sdp: string): Promise<void> {
    this.#host.applying(this.#state.remoteOfferId ?? "");
    const description = toSessionDescription(type, type === "offer" ? keepRoles(this.#connection, sdp) : sdp);
    const rollsBack = type === "offer" && this.#connection.signalingState === "have-local-offer";
    try {
      await this.#connection.setRemoteDescription(description);
    } catch (error) {
      if (!rollsBack) throw error;
      // Old Safari does not roll back by itself.
      await this.#connection.setLocalDescription({ type: "rollback" }).catch(() => undefined);
      // Firefox does, and then takes an offer that restarts ICE for an answer, unless an offer of ours had asked for a
      // restart too.
      await this.#connection.createOffer({ iceRestart: true });
      await this.#connection.setRemoteDescription(description);
    }
  }

  /**
   * An offer of ours stays: the next one is set over it. After its rollback Chromium would offer no section for data,
   * or gather no candidates.
   */
  async #rollBackTheirs(): Promise<void> {
    if (this.#connection.signalingState === "have-remote-offer")
      await this.#connection.setRemoteDescription({ type: "rollback" });
  }

  async #addCandidate(candidate: Candidate): Promise<void> {
    const init = toIceCandidateInit(candidate);
    const { remoteDescription } = this.#connection;
    const sdp = remoteDescription?.sdp ?? "";
    // A late candidate of an earlier ICE generation (RFC 8838 section 10) is not an error; it is dropped.
    if (isBundled(remoteDescription, init.sdpMid) || !belongsTo(sdp, init.usernameFragment)) return;
    // Those of this generation that were added are in the description (JSEP section 4.1.19). Repetitions are harmless.
    if (sdp.split("a=candidate:").length > maxHeld && !sdp.includes(init.candidate)) {
      this.#host.facts.dropped += 1;
      return;
    }
    await this.#connection.addIceCandidate(init);
  }

  #onLocalCandidate(candidate: RTCIceCandidate | null): void {
    if (!candidate?.candidate) this.#onLastCandidate();
    else if (!isBundled(this.#connection.currentRemoteDescription, candidate.sdpMid))
      this.dispatch({ type: "local-candidate", candidate: fromIceCandidate(candidate) });
  }

  /** Some browsers fire an empty candidate and then null: the end is sent once. */
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
    this.#stopEnd = this.#settings.clock.after(endOfCandidatesDelayMs, () =>
      this.dispatch({ type: "local-candidate", candidate: end }),
    );
  }
}
