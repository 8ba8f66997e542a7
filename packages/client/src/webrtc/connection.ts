import { IceFacts } from "./health/ice-facts.js";
import { initialNegotiation } from "../negotiation/negotiate.js";
import { pathState } from "./quirks/path-state.js";
import { NegotiationDriver, type DriverHost, type DriverListener } from "./negotiation-driver.js";
import { IncomingTracks, type RemoteTrack, type TrackChanges, type TrackEventName } from "./media/incoming-tracks.js";
import { receives } from "./media/transceivers.js";
import { StatsSampler } from "./health/stats-sampler.js";
import { fingerprint } from "./peer-connection.js";
import { OperationQueue } from "./operation-queue.js";
import type { Input, NegotiationOptions, Phase, Signal } from "../negotiation/types.js";
import type { Settings } from "../options.js";
import type { HealthListener, HealthWatches, WatchedConnection } from "./health/health-watches.js";

export interface ConnectionListener extends DriverListener, HealthListener {
  /** Called before an offer is made or accepted. Must not reject. */
  beforeDescription(connection: RTCPeerConnection): Promise<void>;
  /** An exchange is complete. */
  settled(connection: Connection): void;
  connectionStateChanged(connection: Connection, state: RTCPeerConnectionState): void;
  track(event: TrackEventName, incoming: RemoteTrack): void;
  /** A data channel that the peer opened. */
  channel(channel: RTCDataChannel): void;
  /** The watches of a connection that is connected; undefined where they cannot be loaded. */
  watches(connection: WatchedConnection): Promise<HealthWatches | undefined>;
}

export interface ConnectionOptions {
  readonly settings: Settings;
  readonly negotiation: NegotiationOptions;
}

/** One RTCPeerConnection with everything that lasts as long as it: negotiation, incoming tracks, health watches. */
export class Connection implements WatchedConnection, DriverHost {
  declare readonly connection: RTCPeerConnection;
  declare readonly stats: StatsSampler;
  readonly #listener: ConnectionListener;
  readonly #operations = new OperationQueue();
  readonly #driver: NegotiationDriver;
  declare readonly facts: IceFacts;
  readonly incoming = new IncomingTracks();
  #anonymousOffers = 0;
  #watches: HealthWatches | undefined;
  #reportedState: RTCPeerConnectionState = "new";

  constructor(
    connection: RTCPeerConnection,
    { settings, negotiation }: ConnectionOptions,
    listener: ConnectionListener,
  ) {
    this.connection = connection;
    this.#listener = listener;
    this.stats = new StatsSampler(connection);
    this.facts = new IceFacts(connection, settings.clock);
    this.#driver = new NegotiationDriver(connection, initialNegotiation(negotiation), settings, this, listener);
    for (const event of ["connectionstatechange", "signalingstatechange"])
      connection.addEventListener(event, () => this.#checkState());
    const close = connection.close.bind(connection);
    // Closing fires no event on the connection (W3C webrtc section 4.4.1.5), and the application may close it.
    connection.close = () => {
      close();
      this.#checkState();
    };
    connection.addEventListener("datachannel", ({ channel }) => listener.channel(channel));
    connection.addEventListener("track", ({ transceiver, streams }) => {
      if (!this.closed) this.#notify(this.incoming.arrived(transceiver, streams));
    });
  }

  /** The state of the path in use. */
  get state(): RTCPeerConnectionState {
    return pathState(this.connection);
  }

  get connected(): boolean {
    return this.state === "connected";
  }

  /** Whether `close` was called here. */
  get closed(): boolean {
    return this.#operations.closed;
  }

  get phase(): Phase {
    return this.#driver.phase;
  }

  /** The kinds of media that are received, one for each media section; undefined before a description was applied. */
  get receives(): readonly string[] | undefined {
    if (this.connection.currentRemoteDescription === null) return undefined;
    return this.connection
      .getTransceivers()
      .flatMap(({ currentDirection, receiver }) => (receives(currentDirection) ? [receiver.track.kind] : []));
  }

  /** Runs an operation on the RTCPeerConnection after those before it; not once it is closed. */
  run(operation: () => Promise<void> | void): Promise<void> {
    return this.#operations.run(async () => {
      try {
        if (!this.#isClosed) await operation();
      } finally {
        if (this.#isClosed) this.#checkState();
      }
    });
  }

  /**
   * Makes the first offer; `kinds` are the kinds of media that need a section each, whether anything is sent in it or
   * not.
   */
  initiate(kinds: (sends: number) => readonly string[]): void {
    this.#attempt(() => this.#addSections(kinds));
    this.#driver.initiate();
  }

  /** The first offer was made before, and has been sent. */
  adopt(offer: { readonly offerId: string; readonly sdp: string }): void {
    this.#driver.adopt(offer);
  }

  /** Makes an offer for a change that the browser does not see. */
  renegotiate(): void {
    if (this.phase === "stable") this.#driver.onNegotiationNeeded();
  }

  restartIce(): void {
    this.#attempt(() => this.connection.restartIce());
  }

  /** Applies to what is gathered from now on. A stack without `setConfiguration` keeps the one it has. */
  configure(configuration: RTCConfiguration): void {
    this.#attempt(() => this.connection.setConfiguration(configuration));
  }

  /** Whether an offer comes from the same remote connection as the description applied here (RFC 8122 section 5). */
  fits(sdp: string): boolean {
    const applied = this.connection.remoteDescription?.sdp;
    return applied === undefined || fingerprint(applied) === fingerprint(sdp);
  }

  /** Takes a message of the peer. */
  receive({ event, payload }: Signal): void {
    let { offerId } = payload;
    if (event === "offer") offerId ??= `~${++this.#anonymousOffers}`;
    if (event !== "candidate") this.incoming.announced(offerId ?? "", payload.tracks);
    this.dispatch({ ...payload, type: `remote-${event}`, offerId } as Input);
  }

  dispatch(input: Input): void {
    this.#driver.dispatch(input);
  }

  /** The peer has muted these media sections and no others. Undefined for an invalid message. */
  remoteMuted(sections: readonly string[] | undefined): void {
    this.#notify(this.incoming.mute(sections));
  }

  /** Something may have to be watched now. */
  watch(): void {
    this.#watches?.wake();
  }

  beforeDescription(): Promise<void> {
    return this.#listener.beforeDescription(this.connection);
  }

  applying(offerId: string): void {
    this.incoming.applying(offerId);
  }

  settled(): void {
    this.watch();
    this.#notify(this.incoming.settle());
    this.#listener.settled(this);
  }

  /** Closes the RTCPeerConnection; the tracks that it received have ended. */
  close(): void {
    this.#operations.close();
    this.#driver.close();
    this.#watches?.close();
    this.#notify(this.incoming.endAll());
    this.connection.close();
    this.stats.close();
  }

  get #isClosed(): boolean {
    return this.connection.signalingState === "closed";
  }

  /** For what the negotiation shows, or does without. */
  #attempt(operation: () => void): void {
    this.run(operation).catch(() => undefined);
  }

  #addSections(kinds: (sends: number) => readonly string[]): void {
    const sections = this.connection.getTransceivers().map(({ receiver }) => receiver.track.kind);
    for (const kind of kinds(sections.length)) {
      const used = sections.indexOf(kind);
      if (used === -1) this.connection.addTransceiver(kind, { direction: "recvonly" });
      else sections.splice(used, 1);
    }
  }

  #checkState(): void {
    const { state } = this;
    if (state === this.#reportedState || this.closed) return;
    this.#reportedState = state;
    if (state === "closed") {
      this.#listener.recover({ type: "stuck", cause: "The application closed the connection." });
      return;
    }
    if (state === "connected") void this.#onConnected();
    this.#listener.connectionStateChanged(this, state);
  }

  async #onConnected(): Promise<void> {
    const watches = await this.#listener.watches(this);
    if (this.closed) return;
    this.#watches ??= watches;
    this.#watches?.connected();
  }

  #notify(changes: TrackChanges): void {
    for (const [event, incoming] of changes) this.#listener.track(event, incoming);
  }
}
