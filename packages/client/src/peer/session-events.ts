import type { LocalMedia } from "./local-media.js";
import { SignalingError } from "../errors.js";
import type { RecoveryController } from "./recovery-controller.js";
import type { Outgoing, StepName } from "../negotiation/types.js";
import type { PeerIdentity, PeerSessionListener, SessionRoom } from "./peer-session-ports.js";
import type { SignalRoute } from "../signaling/signal-route.js";
import type { IncomingTrack } from "../webrtc/media/incoming-tracks.js";
import { encryptionFailed } from "../webrtc/quirks/path-state.js";
import type { Connection, ConnectionListener } from "../webrtc/connection.js";

/** What one pair consists of, besides the connection that it has now. */
export interface PairParts {
  readonly peer: PeerIdentity;
  readonly room: SessionRoom;
  readonly listener: PeerSessionListener;
  readonly belongings: LocalMedia;
  readonly ways: SignalRoute;
  readonly ladder: RecoveryController;
  /** Puts a new connection in the place of the one that is. */
  replace(): void;
}

/** Brings what the connection of a pair tells to whom it concerns: descriptions and candidates to the peer, its state to the ladder, the rest to the app. */
export class SessionEvents implements ConnectionListener {
  readonly #pair: PairParts;
  #exchange: string | undefined;
  #exchangeSince = 0;
  #lastAnswer: string | undefined;

  constructor(pair: PairParts) {
    this.#pair = pair;
  }

  /** Milliseconds that the exchange which is under way has taken. */
  get exchangeForMs(): number {
    return this.#now - this.#exchangeSince;
  }

  /** Fields beyond the seed protocol are left out by the server for a peer without a key; what an answer or a candidate says is not. */
  signal(message: Outgoing): void {
    const { peer, ways, belongings } = this.#pair;
    const { event, offerId } = message;
    if (event === "candidate") {
      const { candidate } = message;
      if (peer.keyed || candidate.sdp !== "") ways.send({ event, payload: { candidate, offerId } });
      return;
    }
    const { sdp } = message;
    if (event === "answer") {
      // To whom ids mean nothing, an answer that is said again is an error.
      if (!peer.keyed && sdp === this.#lastAnswer) return;
      this.#lastAnswer = sdp;
    }
    ways.send({ event, payload: { sdp, offerId, tracks: belongings.tracks.announce() } });
  }

  exchange(name: string | undefined): void {
    if (name !== this.#exchange) this.#exchangeSince = this.#now;
    this.#exchange = name;
    this.#pair.ladder.exchange(name);
  }

  replaced(): void {
    this.#note("replaced", {});
    this.#pair.replace();
  }

  settled(session: Connection): void {
    this.announceChange(session);
    // The peer's restart of ICE is no try where it heals nothing.
    if (!encryptionFailed(session.connection))
      this.#pair.ladder.dispatch({ type: "negotiated", connected: session.connected });
  }

  /** A publication that took the place of another changes no direction, so that the browser asks for no negotiation. */
  announceChange(session: Connection): void {
    const { peer, belongings } = this.#pair;
    if (peer.keyed && belongings.tracks.changed) session.renegotiate();
  }

  stepFailed(step: StepName | "make-connection", cause: unknown, final: boolean): void {
    const message = `The step "${step}" failed.`;
    this.#note("step failed", { step, error: cause instanceof Error ? cause.name : undefined, final });
    this.#pair.listener.failed(
      new SignalingError("NEGOTIATION_FAILED", `${message} Other peers are not affected.`, { retryable: true, cause }),
    );
    if (final) this.#pair.ladder.dispatch({ type: "stuck", cause: message });
  }

  connectionStateChanged(session: Connection, state: RTCPeerConnectionState): void {
    const { listener, ladder, ways } = this.#pair;
    this.#note("connection", { state });
    listener.stateChanged(state);
    // A listener may have put another connection in its place.
    if (session.closed) return;
    if (state === "connected" || state === "disconnected") ladder.dispatch({ type: state });
    else if (state === "failed") {
      if (encryptionFailed(session.connection))
        ladder.dispatch({ type: "stuck", cause: "The encryption between the two failed." });
      else ladder.dispatch({ type: state, cause: "ICE found no path between the two." });
    }
    ways.choose();
  }

  track(event: "track" | "trackEnded", incoming: IncomingTrack): void {
    this.#pair.listener.track(event, incoming);
  }

  channel(channel: RTCDataChannel): void {
    this.#pair.listener.channel(channel);
  }

  get canProbe(): boolean {
    return this.#pair.ways.linked && this.#pair.belongings.messages.open;
  }

  /** A count is as good as anything. */
  probe(): void {
    this.#pair.belongings.messages.tell();
  }

  pathStalled(): void {
    this.#pair.ladder.dispatch({ type: "path-stalled" });
  }

  pathRecovered(): void {
    this.#pair.ladder.dispatch({ type: "path-recovered" });
  }

  /** Only another connection helps. */
  trackStalled(): void {
    if (this.#pair.peer.keyed) this.#pair.ladder.dispatch({ type: "stuck", cause: "A track does not get through." });
  }

  get #now(): number {
    return this.#pair.room.settings.clock.now();
  }

  #note(what: string, detail: Parameters<SessionRoom["note"]>[2]): void {
    this.#pair.room.note(what, this.#pair.peer.id, detail);
  }
}
