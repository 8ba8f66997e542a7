import { loadWhenConnected } from "./load-when-connected.js";
import { RecoveryController, type RecoveryListener } from "./recovery-controller.js";
import { SignalRoute, type SignalRouteListener } from "../signaling/signal-route.js";
import { ConnectionSlot, type ConnectionSlotListener } from "./connection-slot.js";
import { peerState } from "./peer-state.js";
import { firstOfferKinds } from "./first-offer-kinds.js";
import { encryptionFailed } from "../webrtc/quirks/path-state.js";
import { SignalingError } from "../errors.js";
import { readMuted, type Link } from "@sig/protocol/page";
import { LocalMedia, type LocalMediaOwner } from "./local-media.js";
import type { EarlyOffer } from "./early-offer.js";
import type { RecoveryInput, RecoveryStep } from "../negotiation/recovery.js";
import type { Outgoing, Signal, StepName } from "../negotiation/types.js";
import type { Connection } from "../webrtc/connection.js";
import type { HealthWatches, WatchedConnection } from "../webrtc/health/health-watches.js";
import type { StatsSampler } from "../webrtc/health/stats-sampler.js";
import type { RemoteTrack, TrackEventName } from "../webrtc/media/incoming-tracks.js";
import type { PeerState } from "./peer.js";
import type { PeerFaults, PeerIdentity, PeerSessionFacts, PeerSessionListener, SessionRoom } from "./ports.js";

/**
 * Everything that connects us with one peer and outlives one RTCPeerConnection. What goes wrong with the connection
 * stays here: it is reported as an error of this peer and leads to recovery, and no other peer is affected.
 */
export class PeerSession
  implements SignalRouteListener, RecoveryListener, LocalMediaOwner, ConnectionSlotListener, PeerFaults
{
  readonly #peer: PeerIdentity;
  readonly #room: SessionRoom;
  readonly #listener: PeerSessionListener;
  readonly #route: SignalRoute;
  readonly #recovery: RecoveryController;
  readonly #slot: ConnectionSlot;
  readonly localMedia: LocalMedia;
  /** The application has seen this connection. */
  #shown: RTCPeerConnection | undefined;

  constructor(peer: PeerIdentity, online: boolean, room: SessionRoom, listener: PeerSessionListener) {
    this.#peer = peer;
    this.#room = room;
    this.#listener = listener;
    this.#route = new SignalRoute(peer, online, room, this);
    this.#slot = new ConnectionSlot(peer, room, this);
    this.localMedia = new LocalMedia(peer, listener, this);
    this.#recovery = new RecoveryController(peer.profile, this.#route, room.settings, this);
  }

  get connection(): RTCPeerConnection | undefined {
    return this.#slot.current?.connection;
  }

  get stats(): StatsSampler | undefined {
    return this.#slot.current?.stats;
  }

  get connected(): boolean {
    return this.#slot.current?.connected === true;
  }

  get state(): PeerState {
    return this.#recovery.closed ? "closed" : peerState(this.connected, this.#slot.inUse, this.#recovery.state);
  }

  /** Whether the server delivers messages to the peer. */
  get isOnline(): boolean {
    return this.#route.isOnline;
  }

  get facts(): PeerSessionFacts {
    return { connection: this.#slot.current, recovery: this.#recovery };
  }

  /** `true` also for a peer that was taken for reachable: what may have been lost is resent. */
  setOnline(online: boolean): void {
    if (online) this.#recovery.dispatch({ type: "reachable" });
    this.#route.setOnline(online);
  }

  /** The room's configuration has changed. */
  configure(): void {
    this.#slot.current?.configure(this.#room.configuration);
  }

  /** Something has happened that recovery has to know. */
  recover(input: RecoveryInput): void {
    this.#recovery.dispatch(input);
  }

  offer(): void {
    this.#slot.current?.dispatch({ type: "negotiation-needed" });
  }

  /** Both are in the room now: makes the first offer, or waits for the peer's. */
  enter(arrival: "newcomer" | "host"): void {
    if (this.#recovery.closed) return;
    const { offersFirst, extended } = this.#peer.profile;
    if (offersFirst === "always" || (offersFirst === "as-newcomer" && arrival === "newcomer")) this.#initiate();
    // Making a connection takes as long as an offer takes to arrive.
    else if (extended) this.#slot.prepare();
  }

  receive(signal: Signal, link: Link | undefined): void {
    if (!this.#recovery.closed) this.#route.receive(signal, link);
  }

  /** Closes the connection; the next `enter` or offer makes another. What still arrives for the old one is dropped. */
  reset(): void {
    this.#route.end();
    this.remoteRestarted();
  }

  /** Ends the session for good. */
  close(): void {
    this.#recovery.close();
    this.localMedia.clear();
    this.reset();
  }

  // The signaling route

  get directOpen(): boolean {
    return this.connected && this.localMedia.messages.open;
  }

  sendDirectly(event: string, payload: object): void {
    this.localMedia.messages.signal(event, payload);
  }

  routeChanged(restored: boolean): void {
    this.#recovery.routeChanged();
    if (!restored) return;
    // The route resends only to a peer that acknowledges.
    if (!this.#route.reliable) this.#slot.current?.dispatch({ type: "resend", connected: this.connected });
    this.#slot.current?.dispatch({ type: "reachable" });
  }

  deliver(signal: Signal): void {
    this.#note(`received ${signal.event}`);
    if (signal.event === "offer" && !this.#slot.canApply(signal.payload.sdp, this.#route.linked))
      this.remoteRestarted();
    // An answer needs a connection; everything else begins one.
    (signal.event === "answer" ? this.#slot.current : this.#slot.use())?.receive(signal);
  }

  remoteRestarted(): void {
    const released = this.#slot.release();
    this.exchangeChanged(undefined);
    this.localMedia.detach();
    released?.close();
    this.#route.update();
  }

  superseded(): void {
    if (this.#recovery.closed) return;
    this.reset();
    this.#initiate();
  }

  // Recovery

  restartIce(): void {
    void this.#slot.withFreshIceServers((connection) => connection?.restartIce());
  }

  rebuild(): void {
    void this.#slot.withFreshIceServers(() => {
      // The ICE servers may take a while: a path that has recovered by then is left alone.
      if (this.#recovery.state.step !== undefined) this.superseded();
    });
  }

  resend(): void {
    // A peer that takes one offer for each connection would never answer this one again.
    if (!this.#peer.profile.resendsOffers)
      this.#recovery.dispatch({ type: "stuck", cause: "The offer was not answered." });
    // What is unacknowledged is resent below anyway.
    else if (!this.#route.unacknowledged) this.#slot.current?.dispatch({ type: "resend", connected: this.connected });
  }

  recovery(step: RecoveryStep, attempt: number, cause: string | undefined): void {
    this.#note("recovery", { step, attempt, cause });
    this.#listener.recovery(step, attempt, cause);
  }

  // Local media and channels

  channelChanged(): void {
    this.#route.update();
    this.localMedia.sendMuted();
    this.#slot.current?.watch();
  }

  channel(channel: RTCDataChannel): void {
    this.#listener.channel(channel);
  }

  prepareConnection(): Connection | undefined {
    const { extended, renegotiates } = this.#peer.profile;
    if (extended && renegotiates && !this.#recovery.closed) this.#slot.prepare();
    return this.#slot.current;
  }

  /** A control message of the peer: which media sections it has muted. Not validated. */
  remoteMuted(message: unknown): void {
    this.#slot.current?.remoteMuted(readMuted(message));
  }

  get counts(): boolean {
    return this.#route.linked;
  }

  // The connection

  get reachable(): boolean {
    return this.#route.open;
  }

  connectionMade(connection: Connection, early?: EarlyOffer): void {
    this.localMedia.attach(connection, this.#room.settings.dataChannel && this.#peer.profile.extended, early);
  }

  async beforeDescription(connection: RTCPeerConnection): Promise<void> {
    await this.localMedia.beforeDescription(connection);
    if (connection === this.#shown) return;
    this.#shown = connection;
    this.#listener.connectionReady(connection);
  }

  connectionUsed(): void {
    this.#recovery.dispatch({ type: "connection-started" });
    this.#listener.stateChanged();
  }

  signal({ event, ...payload }: Outgoing): void {
    const announced = event === "candidate" ? payload : { ...payload, tracks: this.localMedia.announce() };
    this.#route.send({ event, payload: announced } as Signal);
  }

  exchangeChanged(name: string | undefined): void {
    this.#recovery.exchangeChanged(name);
  }

  replacementNeeded(): void {
    this.#note("replaced");
    this.superseded();
  }

  settled(connection: Connection): void {
    this.localMedia.announceChanges();
    // An ICE restart of the peer does not heal a failed encryption.
    if (!encryptionFailed(connection.connection))
      this.#recovery.dispatch({ type: "negotiated", connected: connection.connected });
  }

  stepFailed(step: StepName | "make-connection" | "publish", cause: unknown, final: boolean): void {
    this.#note("step failed", { step, error: cause instanceof Error ? cause.name : undefined, final });
    const message = `The step "${step}" failed.`;
    const options = { retryable: true, cause };
    this.#listener.failed(
      new SignalingError("NEGOTIATION_FAILED", `${message} Other peers are not affected.`, options),
    );
    if (final) this.#recovery.dispatch({ type: "stuck", cause: message });
  }

  connectionStateChanged({ connection }: Connection, state: RTCPeerConnectionState): void {
    this.#note("connection", { state });
    if (state === "connected" || state === "disconnected") this.#recovery.dispatch({ type: state });
    else if (state === "failed") {
      if (encryptionFailed(connection)) this.#recovery.dispatch({ type: "stuck", cause: "The encryption failed." });
      else this.#recovery.dispatch({ type: state, cause: "ICE found no path." });
    }
    this.#listener.stateChanged();
    this.#route.update();
  }

  async watches(connection: WatchedConnection): Promise<HealthWatches | undefined> {
    const loaded = await loadWhenConnected();
    return loaded && new loaded.HealthWatches(connection, this.#room.settings, this);
  }

  track(event: TrackEventName, incoming: RemoteTrack): void {
    this.#listener.track(event, incoming);
  }

  /** Makes the first offer. */
  #initiate(): void {
    if (this.#slot.inUse || this.#recovery.closed) return;
    const { id, profile } = this.#peer;
    const { offeredTo, settings } = this.#room;
    const takesAny = profile.extended && profile.trickles && profile.renegotiates;
    const isForUs = takesAny && this.#slot.current === undefined && (offeredTo ?? id) === id;
    const early = isForUs ? this.#room.takeOffered() : undefined;
    if (early !== undefined) {
      const { link, ...payload } = early.offer;
      const isSent = offeredTo === id;
      this.#route.begin(isSent ? link.epoch : undefined);
      this.#route.send({ event: "offer", payload }, isSent);
      this.#slot.use(early)?.adopt(payload);
      return;
    }
    this.#route.begin();
    const { receivedKinds } = this.#slot;
    this.#slot.use()?.initiate((sends) => firstOfferKinds(profile, receivedKinds, sends > 0 || settings.dataChannel));
  }

  #note(what: string, detail?: Readonly<Record<string, string | number | boolean | undefined>>): void {
    this.#room.note(what, this.#peer.id, detail);
  }
}
