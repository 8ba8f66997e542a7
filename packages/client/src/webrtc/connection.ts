import { initialNegotiation } from "../negotiation/negotiate.js";
import type { Input, Phase, Signal } from "../negotiation/types.js";
import type { Settings } from "../options.js";
import { OutboundTrackWatch } from "./health/outbound-track-watch.js";
import { IceFacts, type IceObserved } from "./health/ice-facts.js";
import { IncomingTracks, type IncomingTrack } from "./media/incoming-tracks.js";
import { fingerprint } from "./peer-connection.js";
import { sendKeyFrames } from "./media/key-frames.js";
import { PathWatch, tellsOfPackets, type PathWatchListener } from "./health/path-watch.js";
import { pathState } from "./quirks/path-state.js";
import { NegotiationDriver, type DriverListener } from "./negotiation-driver.js";
import { StatsSampler } from "./health/stats-sampler.js";

export interface ConnectionListener extends DriverListener, PathWatchListener {
  /** An exchange is done. */
  settled(session: Connection): void;
  /** Whether the peer can be asked for a sign of life. */
  readonly canProbe: boolean;
  connectionStateChanged(session: Connection, state: RTCPeerConnectionState): void;
  track(event: "track" | "trackEnded", incoming: IncomingTrack): void;
  /** A data channel that the peer opened. */
  channel(channel: RTCDataChannel): void;
}

export interface ConnectionOptions {
  readonly settings: Settings;
  readonly negotiation: Parameters<typeof initialNegotiation>[0];
}

const receiving: readonly (string | null)[] = ["sendrecv", "recvonly"];

/** One RTCPeerConnection and what lasts as long as it: its negotiation, the tracks that come over it, what is known of its path. */
export class Connection {
  readonly connection: RTCPeerConnection;
  readonly statistics: StatsSampler;
  readonly #driver: NegotiationDriver;
  readonly #facts: IceFacts;
  readonly #silence: PathWatch;
  readonly #delivery: OutboundTrackWatch;
  readonly #listener: ConnectionListener;
  readonly #incoming = new IncomingTracks();
  #anonymousOffers = 0;
  #iceTransport: RTCIceTransport | undefined;
  #toldState: RTCPeerConnectionState = "new";
  #closed = false;

  constructor(
    connection: RTCPeerConnection,
    { settings, negotiation }: ConnectionOptions,
    listener: ConnectionListener,
  ) {
    this.connection = connection;
    this.#listener = listener;
    this.statistics = new StatsSampler(connection);
    this.#facts = new IceFacts(connection, this.statistics, settings.clock);
    const hooks = { applying: (offerId: string) => this.#incoming.applying(offerId), settled: () => this.#settled() };
    this.#driver = new NegotiationDriver(connection, initialNegotiation(negotiation), settings, hooks, listener);
    const { silentMs, restartMs: restMs } = settings.recovery;
    this.#silence = new PathWatch(
      connection,
      this.statistics,
      settings.clock,
      { silentMs, restMs },
      () => this.#incoming.some && listener.canProbe,
      listener,
    );
    const sends = (): boolean =>
      connection.getTransceivers().some(({ sender, receiver }) => sender.track != null && tellsOfPackets(receiver));
    this.#delivery = new OutboundTrackWatch(
      this.statistics,
      settings.clock,
      () => this.connected && listener.canProbe && sends(),
      listener,
    );
    const lookAtPath = (): void => this.#lookAtPath();
    connection.addEventListener("connectionstatechange", lookAtPath);
    connection.addEventListener("signalingstatechange", lookAtPath);
    connection.addEventListener("datachannel", ({ channel }) => listener.channel(channel));
    connection.addEventListener("track", ({ transceiver, streams }) => {
      // A listener of an earlier track may have closed the connection.
      if (!this.#closed) this.#tell(this.#incoming.arrived(transceiver, streams));
    });
  }

  /** The state of the path in use. */
  get state(): RTCPeerConnectionState {
    return pathState(this.connection);
  }

  get connected(): boolean {
    return this.state === "connected";
  }

  get closed(): boolean {
    return this.#closed;
  }

  get phase(): Phase {
    return this.#driver.phase;
  }

  get ice(): IceObserved {
    return this.#facts.observed;
  }

  /** The kinds of media that come now, one for each media section; undefined before anything was agreed on. */
  get receives(): readonly string[] | undefined {
    if (this.connection.currentRemoteDescription === null) return undefined;
    return this.connection
      .getTransceivers()
      .flatMap(({ currentDirection, receiver }) => (receiving.includes(currentDirection) ? [receiver.track.kind] : []));
  }

  /** Makes the first offer; `receives` says which kinds of media are to have a section each, whether anything is sent in it or not. */
  initiate(receives: (sends: number) => readonly string[]): void {
    const sections = this.connection.getTransceivers().map(({ receiver }) => receiver.track.kind);
    for (const kind of receives(sections.length)) {
      const used = sections.indexOf(kind);
      if (used === -1) this.connection.addTransceiver(kind, { direction: "recvonly" });
      else sections.splice(used, 1);
    }
    this.#driver.initiate();
  }

  /** What is published has changed in a way that the browser does not see. */
  renegotiate(): void {
    if (this.#driver.stable) this.#driver.onNegotiationNeeded();
  }

  /** For what is gathered from now on, an ICE restart say. A stack that cannot change it goes on with what it has. */
  configure(configuration: RTCConfiguration): void {
    try {
      this.connection.setConfiguration(configuration);
    } catch {
      // It was closed, or has no such method.
    }
  }

  /** Whether an offer is of the same other end as what was applied here (RFC 8122 section 5). */
  fits(sdp: string): boolean {
    const applied = this.connection.remoteDescription?.sdp;
    return applied === undefined || fingerprint(applied) === fingerprint(sdp);
  }

  /** What the peer said. */
  deliver(signal: Signal): void {
    if (signal.event === "candidate") {
      this.dispatch({ type: "remote-candidate", ...signal.payload });
      return;
    }
    const { sdp, offerId, tracks } = signal.payload;
    if (signal.event === "offer") {
      const id = offerId ?? `~${String(++this.#anonymousOffers)}`;
      this.#incoming.hear(id, tracks);
      this.dispatch({ type: "remote-offer", offerId: id, sdp });
    } else {
      this.#incoming.hear(offerId ?? "", tracks);
      this.dispatch({ type: "remote-answer", offerId, sdp });
    }
  }

  dispatch(input: Input): void {
    this.#driver.dispatch(input);
  }

  /** Watches for silence and for what does not arrive, now that the peer may be asked for a sign of life. */
  watch(): void {
    this.#silence.wake();
    this.#delivery.wake();
  }

  /** Does nothing from now on; the tracks that came over it have ended. */
  close(): void {
    this.#closed = true;
    this.#driver.close();
    this.#silence.close();
    this.#delivery.close();
    for (const ended of this.#incoming.takeAll()) this.#listener.track("trackEnded", ended);
    this.connection.close();
    this.statistics.close();
  }

  #lookAtPath(): void {
    const { state } = this;
    if (state === this.#toldState || this.#closed) return;
    this.#toldState = state;
    if (state === "connected") this.#onConnected();
    this.#listener.connectionStateChanged(this, state);
  }

  #onConnected(): void {
    sendKeyFrames(this.connection);
    this.watch();
    const ice = this.connection.getTransceivers().find(({ sender }) => sender.transport != null)?.sender
      .transport?.iceTransport;
    if (ice === this.#iceTransport) return;
    this.#iceTransport = ice;
    // What was sent on the old path may be lost.
    ice?.addEventListener("selectedcandidatepairchange", () => sendKeyFrames(this.connection));
  }

  #settled(): void {
    this.watch();
    this.#tell(this.#incoming.settle());
    this.#listener.settled(this);
  }

  #tell({ ended, begun }: { ended: readonly IncomingTrack[]; begun: readonly IncomingTrack[] }): void {
    for (const incoming of ended) this.#listener.track("trackEnded", incoming);
    for (const incoming of begun) this.#listener.track("track", incoming);
  }
}
