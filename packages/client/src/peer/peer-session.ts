import type { Link } from "@sig/protocol";
import { firstOfferKinds } from "./first-offer-kinds.js";
import { LocalMedia, type LocalMediaListener } from "./local-media.js";
import { SignalingError } from "../errors.js";
import { RecoveryController, type RecoveryListener } from "./recovery-controller.js";
import type { RecoveryStep } from "../negotiation/recovery.js";
import type {
  PeerFaults,
  PeerSessionFacts,
  PeerIdentity,
  PeerSessionListener,
  SessionRoom,
} from "./peer-session-ports.js";
import { SessionEvents } from "./session-events.js";
import { randomText } from "../signaling/key.js";
import { ConnectionBudget } from "./connection-budget.js";
import type { Signal } from "../negotiation/types.js";
import { Connection } from "../webrtc/connection.js";
import type { StatsSampler } from "../webrtc/health/stats-sampler.js";
import type { PublishedTrack } from "../webrtc/media/transceivers.js";
import { SignalRoute, type SignalRouteListener } from "../signaling/signal-route.js";

/**
 * All that connects us with one peer. The RTCPeerConnection in it can be replaced by another: what belongs to the pair is
 * put on the new one.
 */
export class PeerSession implements SignalRouteListener, RecoveryListener, LocalMediaListener, PeerFaults {
  readonly #peer: PeerIdentity;
  readonly #room: SessionRoom;
  readonly #listener: PeerSessionListener;
  readonly #ways: SignalRoute;
  readonly #ladder: RecoveryController;
  readonly #belongings = new LocalMedia(this);
  readonly #events: SessionEvents;
  readonly #budget = new ConnectionBudget();
  #session: Connection | undefined;
  /** The kinds of media that came over the connection before, where each new one has to have room for them. */
  #received: readonly string[] = [];
  /** Whether the session is in use, or only kept ready. */
  #begun = false;

  constructor(peer: PeerIdentity, online: boolean, room: SessionRoom, listener: PeerSessionListener) {
    this.#peer = peer;
    this.#room = room;
    this.#listener = listener;
    this.#ways = new SignalRoute(peer, online, room, this);
    const { polite, restarts, answersOnly } = peer.profile;
    this.#ladder = new RecoveryController(
      { polite, replaceable: peer.keyed || answersOnly, restartable: restarts, reachable: online },
      room.settings,
      this,
    );
    const replace = (): void => this.superseded();
    this.#events = new SessionEvents({
      peer,
      room,
      listener,
      belongings: this.#belongings,
      ways: this.#ways,
      ladder: this.#ladder,
      replace,
    });
  }

  get connection(): RTCPeerConnection | undefined {
    return this.#session?.connection;
  }

  get statistics(): StatsSampler | undefined {
    return this.#session?.statistics;
  }

  get connected(): boolean {
    return this.#session?.connected === true;
  }

  /** Whether the server brings messages to the peer. */
  get online(): boolean {
    return this.#ways.online;
  }

  /** Whether the peer counts app messages. */
  get counts(): boolean {
    return this.#ways.linked;
  }

  get facts(): PeerSessionFacts {
    const { exchangeForMs } = this.#events;
    return {
      phase: this.#session?.phase ?? "stable",
      exchangeForMs,
      recovery: this.#ladder.state,
      attempts: this.#ladder.attempts,
      ice: this.#session?.ice,
    };
  }

  /** Becoming reachable by the server, also when it was thought to be: what may have been lost is said again. */
  setOnline(online: boolean): void {
    this.#ladder.dispatch({ type: online ? "reachable" : "unreachable" });
    this.#ways.setOnline(online);
  }

  /** The room's configuration has changed. */
  configure(): void {
    this.#session?.configure(this.#room.configuration);
  }

  /** The page was frozen or hidden, or the network may be another. */
  pageResumed(networkChanged: boolean): void {
    this.#ladder.dispatch({ type: "page-resumed", networkChanged });
  }

  failPath(): void {
    this.#ladder.dispatch({ type: "failed", cause: "A failure was simulated." });
  }

  offer(): void {
    this.#session?.dispatch({ type: "negotiation-needed" });
  }

  /** The two of us are in the room now: makes the first offer, or waits for the peer's. */
  enter(arrival: "newcomer" | "host"): void {
    const { offersFirst } = this.#peer.profile;
    if (offersFirst === "always" || (offersFirst === "as-newcomer" && arrival === "newcomer")) this.initiate();
    // A connection takes as long to make as an offer does to come.
    else if (this.#peer.keyed && this.#session === undefined) this.#make();
  }

  /** Makes the first offer. */
  initiate(): void {
    if (this.#begun) return;
    this.#ways.begin();
    this.#begin()?.initiate((sends) =>
      firstOfferKinds(this.#peer, this.#received, sends > 0 || this.#room.settings.dataChannel),
    );
  }

  /** What the peer said, whichever way it came. */
  receive(signal: Signal, link: Link | undefined): void {
    this.#ways.receive(signal, link);
  }

  publish(published: PublishedTrack): void {
    this.#belongings.tracks.add(published);
    this.#announceChange();
  }

  /** Does nothing for a track that is not published to this peer. */
  unpublish(published: PublishedTrack): void {
    this.#belongings.tracks.remove(published);
    this.#announceChange();
  }

  /** Sends `published.track` from now on. Does nothing for a track that is not published to this peer. */
  async replaceTrack(published: PublishedTrack): Promise<void> {
    await this.#belongings.tracks.replace(published);
  }

  sendText(text: string): void {
    this.#belongings.messages.send(text);
  }

  openChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
    if (this.#session === undefined) {
      throw new SignalingError(
        "INVALID_STATE",
        'There is no connection to this peer yet: wait for its state "connected".',
        { retryable: true },
      );
    }
    return this.#belongings.channels.open(this.#session.connection, label, init);
  }

  /** Lets go of the connection; the next `initiate` or offer makes another. What still comes of the old one is dropped. */
  reset(): void {
    this.#ways.end();
    this.remoteRestarted();
  }

  close(): void {
    this.#ladder.close();
    this.#belongings.tracks.clear();
    this.reset();
  }

  // The ways

  get stands(): boolean {
    return this.connected && this.#belongings.messages.open;
  }

  sendDirectly(event: string, payload: object): void {
    this.#belongings.messages.signal(event, payload);
  }

  routeChanged(open: boolean, interrupted: boolean): void {
    this.#ladder.setReachable(open);
    if (!open) this.#session?.dispatch({ type: "unreachable" });
    else if (interrupted) this.#session?.dispatch({ type: "reachable", connected: this.connected });
  }

  deliver(signal: Signal): void {
    this.#note(`got ${signal.event}`);
    if (signal.event === "offer" && !this.#takes(signal.payload.sdp)) this.remoteRestarted();
    // There is nothing to be answered without a connection; everything else begins one.
    (signal.event === "answer" ? this.#session : this.#begin())?.deliver(signal);
  }

  /** The connection is void, and what belongs to the pair is taken off it. */
  remoteRestarted(): void {
    const session = this.#session;
    this.#session = undefined;
    this.#begun = false;
    // With no room for it, the peer would have to put one more connection in the place of the next.
    if (!this.#peer.profile.renegotiates) this.#received = session?.receives ?? this.#received;
    this.#events.exchange(undefined);
    this.#belongings.takeOff();
    session?.close();
    this.#ways.choose();
  }

  superseded(): void {
    this.reset();
    this.initiate();
  }

  unreliable(): void {
    this.#session?.dispatch({ type: "unreliable" });
  }

  // The ladder

  restartIce(): void {
    void this.#refreshed((connection) => connection?.restartIce());
  }

  rebuild(): void {
    void this.#refreshed(() => this.superseded());
  }

  /** What the link says again by itself need not be put into it once more. */
  resend(): void {
    // To whom each offer is another connection, this one would never be answered.
    if (this.#peer.profile.answersOnly) this.#ladder.dispatch({ type: "stuck", cause: "The offer was not answered." });
    else if (!this.#ways.waits) this.#session?.dispatch({ type: "resend", connected: this.connected });
  }

  recovery(step: RecoveryStep, attempt: number, cause: string | undefined): void {
    this.#note("recovery", { step, attempt, cause });
    this.#listener.recovery(step, attempt, cause);
  }

  // The belongings

  message(value: unknown): void {
    this.#listener.message(value);
  }

  signaled(event: string, payload: object): void {
    this.#listener.signaled(event, payload);
  }

  channelChanged(): void {
    this.#ways.choose();
    this.#session?.watch();
  }

  channel(channel: RTCDataChannel): void {
    this.#listener.channel(channel);
  }

  /** Whether an offer can be applied to the connection that there is, if there is one. */
  #takes(sdp: string): boolean {
    const { polite, rollsBack } = this.#peer.profile;
    const { phase = "stable" } = this.#session ?? {};
    // It is our own that has to be taken back, and the stack cannot.
    if (polite && !rollsBack && (phase === "creating-offer" || phase === "have-local-offer")) return false;
    // A peer without epochs that has begun anew (a reload, say): its offer fits no connection that was made before.
    return this.#ways.linked || this.#session?.fits(sdp) !== false;
  }

  /** The session in use, which may be a new one; none where the browser makes no connection now. */
  #begin(): Connection | undefined {
    const session = this.#session ?? this.#make();
    if (this.#begun || session === undefined) return session;
    this.#begun = true;
    this.#ladder.dispatch({ type: "connection-started" });
    this.#listener.stateChanged(session.state);
    return session;
  }

  #make(): Connection | undefined {
    const { keyed, profile } = this.#peer;
    const { polite, renegotiates, trickles } = profile;
    const settings = { ...this.#room.settings, trickle: this.#room.settings.trickle && trickles };
    const negotiation = {
      polite,
      renegotiates,
      reachable: this.#ways.open,
      reliable: this.#ways.reliable,
      idPrefix: randomText(8),
    };
    try {
      this.#budget.spend(this.#room.settings.clock.now());
      this.#session = new Connection(this.#room.makeConnection(), { settings, negotiation }, this.#events);
    } catch (error) {
      // The address of an ICE server may be none; and Chromium has room for 500 in a page, counting those that were closed and not collected yet.
      this.#events.stepFailed("make-connection", error, true);
      return undefined;
    }
    const { connection } = this.#session;
    this.#note("connection made");
    this.#belongings.putOn(connection, settings.dataChannel && keyed);
    return this.#session;
  }

  /** Takes a step with ICE servers that are good for a while. Not if the connection has gone meanwhile. */
  async #refreshed(step: (connection: RTCPeerConnection | undefined) => void): Promise<void> {
    const session = this.#session;
    await this.#room.freshIceServers();
    if (this.#session !== session || this.#ladder.closed) return;
    this.configure();
    step(session?.connection);
  }

  #note(what: string, detail?: Readonly<Record<string, string | number | boolean | undefined>>): void {
    this.#room.note(what, this.#peer.id, detail);
  }

  #announceChange(): void {
    if (this.#session !== undefined) this.#events.announceChange(this.#session);
  }
}
