import type { Candidate, TrackAnnouncements } from "@sig/protocol";
import { SignalingError } from "./errors.js";
import { initialNegotiation } from "./negotiation/negotiate.js";
import type { Outgoing, StepName } from "./negotiation/types.js";
import type { Settings } from "./options.js";
import { randomText } from "./signaling/key.js";
import type { RelayedEvent, RelayedPayload } from "./signaling/signaling-channel.js";
import { IncomingTracks, type IncomingTrack } from "./webrtc/incoming-tracks.js";
import { MessageChannel } from "./webrtc/message-channel.js";
import { fingerprint } from "./webrtc/peer-connection.js";
import { PeerDriver, type DriverListener } from "./webrtc/peer-driver.js";
import { announcements, sendTrack, type PublishedTrack } from "./webrtc/tracks.js";

/** The other end, and what is known of it before we connect. */
export interface PairIdentity {
  readonly id: string;
  /** Whether the peer joined with a key, and so takes what goes beyond the seed protocol. */
  readonly keyed: boolean;
  /** Whether we are the one that gives way when both make an offer. */
  readonly polite: boolean;
}

/** What a pair needs of the room it is in. */
export interface PairRoom {
  readonly settings: Settings;
  /** For every connection that is made. */
  readonly configuration: RTCConfiguration;
  /** Brings a message to a peer. */
  relay<Event extends RelayedEvent>(event: Event, payload: RelayedPayload<Event>): void;
}

export interface PairListener {
  stateChanged(state: RTCPeerConnectionState): void;
  track(event: "track" | "trackEnded", incoming: IncomingTrack): void;
  /** Text that came over the message channel. */
  text(text: string): void;
  /** A data channel that the peer opened. */
  channel(channel: RTCDataChannel): void;
  failed(error: SignalingError): void;
}

/** What is read of an offer or an answer. */
interface Description {
  readonly sdp: string;
  readonly offerId?: string | undefined;
  readonly tracks?: TrackAnnouncements | undefined;
}

/**
 * All that connects us with one peer. The RTCPeerConnection in it can be replaced by another: published
 * tracks, the message channel and what waits in it belong to the pair and are put on the new one.
 */
export class Pair implements DriverListener {
  readonly #peer: PairIdentity;
  readonly #room: PairRoom;
  readonly #listener: PairListener;
  readonly #published = new Map<PublishedTrack, RTCRtpSender | undefined>();
  readonly #messages: MessageChannel;
  readonly #incoming = new IncomingTracks();
  /** What their descriptions say of their media sections, by offer, until one of them is applied. */
  #heard: [string, TrackAnnouncements | undefined][] = [];
  /** What our newest description said of its media sections. */
  #announced = "{}";
  #connection: RTCPeerConnection | undefined;
  #driver: PeerDriver | undefined;
  #reachable: boolean;
  #anonymousOffers = 0;
  #lastAnswer: string | undefined;

  constructor(peer: PairIdentity, reachable: boolean, room: PairRoom, listener: PairListener) {
    this.#peer = peer;
    this.#reachable = reachable;
    this.#room = room;
    this.#listener = listener;
    this.#messages = new MessageChannel(listener);
  }

  get connection(): RTCPeerConnection | undefined {
    return this.#connection;
  }

  get connected(): boolean {
    return this.#connection?.connectionState === "connected";
  }

  /** Whether messages reach the peer. */
  get reachable(): boolean {
    return this.#reachable;
  }

  /** Becoming reachable says again what may have been lost. */
  setReachable(reachable: boolean): void {
    this.#reachable = reachable;
    this.#driver?.dispatch(reachable ? { type: "reachable", connected: this.connected } : { type: "unreachable" });
  }

  /** Makes the first offer. A pair with nothing to send asks to receive: a description without media connects nothing. */
  initiate(): void {
    if (this.#connection !== undefined) return;
    const [connection, driver] = this.#connect();
    const kinds = new Set(connection.getTransceivers().map(({ receiver }) => receiver.track.kind));
    if (!this.#peer.keyed || (kinds.size === 0 && !this.#room.settings.dataChannel)) {
      for (const kind of ["audio", "video"]) if (!kinds.has(kind)) connection.addTransceiver(kind, { direction: "recvonly" });
    }
    driver.initiate();
  }

  onOffer({ sdp, offerId = `~${String(++this.#anonymousOffers)}`, tracks }: Description): void {
    const applied = this.#connection?.remoteDescription?.sdp;
    // The peer has begun anew (a reload, say): its offer fits no connection that was made before.
    if (applied !== undefined && fingerprint(applied) !== fingerprint(sdp)) this.reset();
    this.#hear(offerId, tracks);
    this.#driven.dispatch({ type: "remote-offer", offerId, sdp });
  }

  onAnswer({ sdp, offerId, tracks }: Description): void {
    this.#hear(offerId ?? "", tracks);
    this.#driver?.dispatch({ type: "remote-answer", offerId, sdp });
  }

  onCandidate({ candidate, offerId }: { candidate: Candidate; offerId?: string | undefined }): void {
    this.#driven.dispatch({ type: "remote-candidate", offerId, candidate });
  }

  publish(published: PublishedTrack): void {
    this.#published.set(published, this.#connection && sendTrack(this.#connection, published));
    this.#announceChange();
  }

  /** Does nothing for a track that is not published to this peer. */
  unpublish(published: PublishedTrack): void {
    const sender = this.#published.get(published);
    this.#published.delete(published);
    if (sender !== undefined && this.#connection?.signalingState !== "closed") this.#connection?.removeTrack(sender);
    this.#announceChange();
  }

  /** Sends `published.track` from now on. Does nothing for a track that is not published to this peer. */
  async replaceTrack(published: PublishedTrack): Promise<void> {
    await this.#published.get(published)?.replaceTrack(published.track);
  }

  sendText(text: string): void {
    this.#messages.send(text);
  }

  openChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
    if (this.#connection === undefined) {
      throw new SignalingError("INVALID_STATE", 'There is no connection to this peer yet: wait for its state "connected".', { retryable: true });
    }
    return this.#connection.createDataChannel(label, init);
  }

  /** Lets go of the connection; the next `initiate` or offer makes another. */
  reset(): void {
    const connection = this.#connection;
    this.#driver?.close();
    this.#driver = undefined;
    this.#connection = undefined;
    for (const ended of this.#incoming.takeAll()) this.#listener.track("trackEnded", ended);
    for (const published of this.#published.keys()) this.#published.set(published, undefined);
    connection?.close();
  }

  close(): void {
    this.reset();
    this.#published.clear();
  }

  applying(offerId: string): void {
    const at = this.#heard.findIndex(([id]) => id === offerId);
    this.#incoming.announce(this.#heard[at]?.[1]);
    this.#heard = this.#heard.slice(at + 1);
  }

  settled(): void {
    const { ended, begun } = this.#incoming.settle();
    for (const incoming of ended) this.#listener.track("trackEnded", incoming);
    for (const incoming of begun) this.#listener.track("track", incoming);
    this.#announceChange();
  }

  stepFailed(step: StepName, cause: unknown): void {
    this.#listener.failed(new SignalingError("NEGOTIATION_FAILED", `The step "${step}" failed. Other peers are not affected.`, { retryable: true, cause }));
  }

  /** Fields beyond the seed protocol are left out by the server for a peer without a key; what an answer or a candidate says is not. */
  signal(message: Outgoing): void {
    const { id: to, keyed } = this.#peer;
    const { event, offerId } = message;
    if (event === "candidate") {
      const { candidate } = message;
      if (keyed || candidate.sdp !== "") this.#room.relay(event, { to, candidate, offerId });
      return;
    }
    const { sdp } = message;
    if (event === "answer") {
      // To whom ids mean nothing, an answer that is said again is an error.
      if (!keyed && sdp === this.#lastAnswer) return;
      this.#lastAnswer = sdp;
    }
    const tracks = this.#announcements();
    this.#announced = JSON.stringify(tracks);
    this.#room.relay(event, { to, sdp, offerId, tracks });
  }

  /** The driver of the connection, which begins with whatever comes first. */
  get #driven(): PeerDriver {
    return this.#driver ?? this.#connect()[1];
  }

  #connect(): [RTCPeerConnection, PeerDriver] {
    const { settings, configuration } = this.#room;
    const { polite, keyed } = this.#peer;
    const connection = new (settings.RTCPeerConnection ?? globalThis.RTCPeerConnection)(configuration);
    const negotiation = initialNegotiation({ polite, reachable: this.#reachable, idPrefix: randomText(8) });
    this.#connection = connection;
    const driver = new PeerDriver(connection, negotiation, settings, this);
    this.#driver = driver;
    connection.addEventListener("connectionstatechange", () => this.#listener.stateChanged(connection.connectionState));
    connection.addEventListener("datachannel", ({ channel }) => this.#listener.channel(channel));
    connection.addEventListener("track", ({ transceiver, streams }) => {
      // A listener of an earlier track may have closed the connection.
      if (this.#connection === connection) this.#listener.track("track", this.#incoming.begin(transceiver, streams));
    });
    if (settings.dataChannel && keyed) this.#messages.openOn(connection);
    for (const published of this.#published.keys()) this.#published.set(published, sendTrack(connection, published));
    this.#listener.stateChanged(connection.connectionState);
    return [connection, driver];
  }

  #hear(offerId: string, tracks: TrackAnnouncements | undefined): void {
    this.#heard = [...this.#heard, [offerId, tracks] as [string, TrackAnnouncements | undefined]].slice(-8);
  }

  /** A publication that took the place of another changes no direction, so that the browser asks for no negotiation. */
  #announceChange(): void {
    if (this.#peer.keyed && this.#driver?.stable === true && JSON.stringify(this.#announcements()) !== this.#announced) this.#driver.onNegotiationNeeded();
  }

  #announcements(): TrackAnnouncements {
    return this.#connection === undefined ? {} : announcements(this.#connection, this.#published);
  }
}
