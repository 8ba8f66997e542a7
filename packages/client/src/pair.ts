import { isPolite, type Candidate, type ClientInput, type TrackAnnouncements } from "@sig/protocol";
import { SignalingError } from "./errors.js";
import { maxHeld } from "./negotiation/candidate-buffer.js";
import type { Outgoing, StepName } from "./negotiation/types.js";
import type { Settings } from "./options.js";
import { randomText } from "./signaling/key.js";
import { IncomingTracks, type IncomingTrack } from "./webrtc/incoming-tracks.js";
import { MessageChannel, messageChannelLabel } from "./webrtc/message-channel.js";
import { fingerprints, type PeerConnection } from "./webrtc/peer-connection.js";
import { PeerDriver, type DriverListener } from "./webrtc/peer-driver.js";
import { announcements, sendTrack, type PublishedTrack } from "./webrtc/tracks.js";

/** The two ends, and what they know of each other before they connect. */
export interface PairIdentity {
  readonly selfId: string;
  readonly remoteId: string;
  /** Whether the peer joined with a key, and so takes what goes beyond the seed protocol. */
  readonly keyed: boolean;
}

/** A message to this pair's peer; the caller adds the room and the address. */
export type PairMessage =
  | { readonly event: "offer"; readonly payload: Omit<ClientInput<"offer">, "to" | "room" | "from"> }
  | { readonly event: "answer"; readonly payload: Omit<ClientInput<"answer">, "to" | "room" | "from"> }
  | { readonly event: "candidate"; readonly payload: Omit<ClientInput<"candidate">, "to" | "room" | "from"> };

export interface PairListener {
  /** Bring this to the peer. */
  signal(message: PairMessage): void;
  stateChanged(state: RTCPeerConnectionState): void;
  track(incoming: IncomingTrack): void;
  trackEnded(incoming: IncomingTrack): void;
  /** Text that came over the message channel. */
  text(text: string): void;
  /** A data channel that the peer opened. */
  channel(channel: RTCDataChannel): void;
  failed(error: SignalingError): void;
}

/**
 * All that connects us with one peer. The RTCPeerConnection in it can be replaced by another: published
 * tracks, the message channel and what waits in it belong to the pair and are put on the new one.
 */
export class Pair implements DriverListener {
  readonly #identity: PairIdentity;
  readonly #settings: Settings;
  readonly #iceServers: () => RTCIceServer[];
  readonly #listener: PairListener;
  readonly #published = new Map<PublishedTrack, RTCRtpSender | undefined>();
  readonly #messages: MessageChannel;
  readonly #incoming = new IncomingTracks();
  /** What their descriptions say of their media sections, until one of them is applied. */
  readonly #heard = new Map<string, TrackAnnouncements | undefined>();
  /** What our newest description said of its media sections. */
  #announced = "{}";
  #connection: RTCPeerConnection | undefined;
  #driver: PeerDriver | undefined;
  #reachable: boolean;
  #anonymousOffers = 0;
  /** Candidates that came before the offer that makes the connection. */
  #early: { candidate: Candidate; offerId?: string | undefined }[] = [];

  constructor(identity: PairIdentity, reachable: boolean, settings: Settings, iceServers: () => RTCIceServer[], listener: PairListener) {
    this.#identity = identity;
    this.#reachable = reachable;
    this.#settings = settings;
    this.#iceServers = iceServers;
    this.#listener = listener;
    this.#messages = new MessageChannel(listener);
  }

  get connection(): RTCPeerConnection | undefined {
    return this.#connection;
  }

  get connected(): boolean {
    return this.#connection?.connectionState === "connected";
  }

  /** Makes the first offer. A pair with nothing to send asks to receive: a description without media connects nothing. */
  initiate(): void {
    if (this.#connection !== undefined) return;
    const connection = this.#connect();
    const kinds = new Set(connection.getTransceivers().map(({ receiver }) => receiver.track.kind));
    if (this.#identity.keyed && (kinds.size > 0 || this.#settings.dataChannel)) return;
    for (const kind of ["audio", "video"]) if (!kinds.has(kind)) connection.addTransceiver(kind, { direction: "recvonly" });
  }

  onOffer(payload: { sdp: string; offerId?: string | undefined; tracks?: TrackAnnouncements | undefined }): void {
    const applied = this.#connection?.remoteDescription?.sdp;
    // The peer has begun anew (a reload, say): its offer fits no connection that was made before.
    if (applied !== undefined && fingerprints(applied) !== fingerprints(payload.sdp)) this.#disconnect();
    if (this.#connection === undefined) this.#connect();
    const offerId = payload.offerId ?? `~${String(++this.#anonymousOffers)}`;
    this.#hear(offerId, payload.tracks);
    this.#driver?.dispatch({ type: "remote-offer", offerId, sdp: payload.sdp });
    for (const early of this.#early.splice(0)) this.onCandidate(early);
  }

  onAnswer({ sdp, offerId, tracks }: { sdp: string; offerId?: string | undefined; tracks?: TrackAnnouncements | undefined }): void {
    if (offerId !== undefined) this.#hear(offerId, tracks);
    this.#driver?.dispatch({ type: "remote-answer", offerId, sdp });
  }

  onCandidate({ candidate, offerId }: { candidate: Candidate; offerId?: string | undefined }): void {
    if (this.#driver === undefined) this.#early = [...this.#early, { candidate, offerId }].slice(-maxHeld);
    else this.#driver.dispatch({ type: "remote-candidate", offerId, candidate });
  }

  /** Whether messages reach the peer. Becoming reachable says again what may have been lost. */
  setReachable(reachable: boolean): void {
    this.#reachable = reachable;
    this.#driver?.dispatch(reachable ? { type: "reachable", connected: this.connected } : { type: "unreachable" });
  }

  publish(published: PublishedTrack): void {
    this.#published.set(published, this.#connection && sendTrack(this.#connection, published));
    this.#announceChange();
  }

  unpublish(published: PublishedTrack): void {
    const sender = this.#published.get(published);
    this.#published.delete(published);
    if (sender !== undefined && this.#connection?.signalingState !== "closed") this.#connection?.removeTrack(sender);
    this.#announceChange();
  }

  async replaceTrack(published: PublishedTrack): Promise<void> {
    await this.#published.get(published)?.replaceTrack(published.track);
  }

  sendText(text: string): void {
    this.#messages.send(text);
  }

  openChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
    if (label === messageChannelLabel) throw new SignalingError("INVALID_ARGUMENT", `The label "${label}" is taken by the channel of send(). Choose another.`);
    if (this.#connection === undefined) {
      throw new SignalingError("INVALID_STATE", "There is no connection to this peer yet. Open channels when its state is \"connecting\" or \"connected\".", { retryable: true });
    }
    return this.#connection.createDataChannel(label, init);
  }

  updateIceServers(): void {
    this.#connection?.setConfiguration(this.#configuration());
  }

  /** Lets go of the connection; the next `initiate` or offer makes another. */
  reset(): void {
    this.#disconnect();
  }

  close(): void {
    this.#disconnect();
    this.#published.clear();
    this.#early = [];
  }

  #configuration(): RTCConfiguration {
    return { ...this.#settings.rtc, iceServers: this.#settings.iceServers ?? this.#iceServers() };
  }

  #connect(): RTCPeerConnection {
    const { selfId, remoteId, keyed } = this.#identity;
    const { trickle, gatherTimeoutMs, logger, dataChannel } = this.#settings;
    const Connection = this.#settings.RTCPeerConnection ?? globalThis.RTCPeerConnection;
    const connection = new Connection(this.#configuration());
    this.#connection = connection;
    // Towards a peer that knows only the seed protocol we always give way: it may not know how.
    const polite = !keyed || isPolite(selfId, remoteId);
    this.#driver = new PeerDriver(
      connection,
      { polite, reachable: this.#reachable, idPrefix: randomText(8), trickle, gatherTimeoutMs, logger },
      this,
    );
    this.#listen(connection);
    if (dataChannel && keyed) this.#messages.openOn(connection);
    for (const published of this.#published.keys()) this.#published.set(published, sendTrack(connection, published));
    this.#listener.stateChanged(connection.connectionState);
    return connection;
  }

  #listen(connection: RTCPeerConnection): void {
    connection.addEventListener("connectionstatechange", () => {
      if (this.#connection === connection) this.#listener.stateChanged(connection.connectionState);
    });
    connection.addEventListener("track", (event) => {
      if (this.#connection === connection) this.#listener.track(this.#incoming.begin(event.transceiver, event.streams));
    });
    connection.addEventListener("datachannel", ({ channel }) => {
      if (this.#connection === connection) this.#listener.channel(channel);
    });
  }

  #disconnect(): void {
    this.#driver?.close();
    this.#driver = undefined;
    const connection: PeerConnection | undefined = this.#connection;
    this.#connection = undefined;
    for (const ended of this.#incoming.takeAll()) this.#listener.trackEnded(ended);
    for (const published of this.#published.keys()) this.#published.set(published, undefined);
    connection?.close();
  }

  #hear(offerId: string, tracks: TrackAnnouncements | undefined): void {
    this.#heard.set(offerId, tracks);
    const [oldest] = this.#heard.keys();
    if (this.#heard.size > 8 && oldest !== undefined) this.#heard.delete(oldest);
  }

  settled(): void {
    const { ended, begun } = this.#incoming.settle();
    for (const incoming of ended) this.#listener.trackEnded(incoming);
    for (const incoming of begun) this.#listener.track(incoming);
    this.#announceChange();
  }

  /** A publication that took the place of another changes no direction, so that the browser asks for no negotiation. */
  #announceChange(): void {
    if (this.#identity.keyed && this.#driver?.stable === true && JSON.stringify(this.#announcements()) !== this.#announced) {
      this.#driver.dispatch({ type: "negotiation-needed" });
    }
  }

  #announcements(): TrackAnnouncements {
    return this.#connection === undefined ? {} : announcements(this.#connection, this.#published);
  }

  applying(offerId: string): void {
    this.#incoming.announce(this.#heard.get(offerId));
    this.#heard.clear();
  }

  stepFailed(step: StepName, cause: unknown): void {
    this.#listener.failed(new SignalingError("NEGOTIATION_FAILED", `The step "${step}" of the negotiation failed. Other peers are not affected.`, { retryable: true, cause }));
  }

  /** Peers without a key get the fields of the seed protocol and no others. */
  signal(message: Outgoing): void {
    const { keyed } = this.#identity;
    if (message.event === "candidate") {
      const { sdpMid, sdpMLineIndex, sdp } = message.candidate;
      if (keyed) this.#listener.signal({ event: "candidate", payload: { candidate: message.candidate, offerId: message.offerId } });
      else if (sdp !== "") this.#listener.signal({ event: "candidate", payload: { candidate: { sdpMid, sdpMLineIndex, sdp } } });
      return;
    }
    const { event, sdp, offerId } = message;
    const tracks = this.#announcements();
    this.#announced = JSON.stringify(tracks);
    this.#listener.signal({ event, payload: keyed ? { sdp, offerId, ...(this.#announced !== "{}" && { tracks }) } : { sdp } });
  }
}
