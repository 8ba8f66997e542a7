import { SignalSequence, type SignalSequenceListener } from "./signal-sequence.js";
import { maxBundledCandidates, type Link, type ServerPayload } from "@sig/protocol/page";
import type { Clock } from "../util/clock.js";
import type { RelayedEvent, RelayedPayload } from "./signaling-channel.js";
import type { NegotiationProfile } from "../negotiation/negotiation-profile.js";
import type { Signal } from "../negotiation/types.js";

/** What a route needs of the room. */
export interface SignalRouteRoom {
  readonly settings: { readonly clock: Clock };
  /** Whether the server reads bundles. */
  readonly bundles: boolean;
  /** Sends a message to a peer through the server. */
  relay<Event extends RelayedEvent>(event: Event, payload: RelayedPayload<Event>): void;
  /** Records what happened in the timeline: short words and numbers. */
  note(what: string, peer: string, detail?: Readonly<Record<string, string | number | boolean | undefined>>): void;
}

/** The other end of a route. */
export interface SignalRoutePeer {
  readonly id: string;
  readonly profile: NegotiationProfile;
}

export interface SignalRouteListener extends SignalSequenceListener {
  /** Whether the message channel to the peer is open, on a connected path. */
  readonly directOpen: boolean;
  sendDirectly(event: string, payload: object): void;
  /**
   * The route has opened, changed or closed. `restored`: messages reach the peer again, and earlier ones may be lost.
   */
  routeChanged(restored: boolean): void;
}

/** What may be in the payload of a candidate. */
type Bundle = Pick<ServerPayload<"candidate">, "more">;

/** Carries a bare acknowledgement: an end of candidates for no media section, with a place outside the sequence. */
const acknowledgement = {
  event: "candidate",
  payload: { candidate: { sdpMid: "", sdpMLineIndex: 0, sdp: "" } },
} as const;

/**
 * How signaling messages reach one peer: through the server while it reaches the peer, over the data channel while it
 * does not. One sequence spans both, so that nothing is lost or repeated on a change of route.
 */
export class SignalRoute {
  readonly #peer: SignalRoutePeer;
  readonly #room: SignalRouteRoom;
  readonly #listener: SignalRouteListener;
  readonly #sequence: SignalSequence;
  /** Whether the server delivers messages to the peer. */
  declare isOnline: boolean;
  #route: "server" | "direct" | undefined;
  #lastAnswer: string | undefined;
  /** The candidates of this turn. */
  readonly #ready: object[] = [];

  constructor(peer: SignalRoutePeer, online: boolean, room: SignalRouteRoom, listener: SignalRouteListener) {
    this.#peer = peer;
    this.isOnline = online;
    this.#route = online ? "server" : undefined;
    this.#room = room;
    this.#listener = listener;
    const transmit = this.#transmit.bind(this);
    this.#sequence = new SignalSequence(peer, this, room.settings.clock, transmit, listener);
  }

  /** Whether there is any route. */
  get open(): boolean {
    return this.#route !== undefined;
  }

  /** Whether the peer keeps a sequence, as its messages show. */
  get linked(): boolean {
    return this.#sequence.on;
  }

  /** Whether what is sent in an outage arrives after it. */
  get reliable(): boolean {
    return this.#sequence.reliable;
  }

  /** Whether the peer has yet to acknowledge something. */
  get unacknowledged(): boolean {
    return this.#sequence.unacknowledged;
  }

  /** `true` also for a peer that was taken for online: what may have been lost is resent. */
  setOnline(online: boolean): void {
    this.isOnline = online;
    this.update(online);
  }

  /** To be called when a route may have opened or closed. `lost`: messages on the current route may be lost. */
  update(lost = false): void {
    const route = this.isOnline ? "server" : this.#direct ? "direct" : undefined;
    if (route === this.#route && !lost) return;
    const wasOpen = this.open;
    if (route !== this.#route) this.#room.note("route", this.#peer.id, { route: route ?? "none" });
    this.#route = route;
    this.#sequence.routeChanged();
    // A change of route that loses nothing is not an outage.
    this.#listener.routeChanged(this.open && !(wasOpen && this.reliable));
  }

  /** Begins a new connection epoch, for a connection that we make the first offer of. */
  begin(epoch?: string): void {
    this.#sequence.begin(epoch);
  }

  /** Ends the connection epoch: what still arrives of it is dropped. */
  end(): void {
    this.#sequence.end();
  }

  /** In an outage the signal is kept until a route opens, or dropped if the peer keeps no sequence. */
  send(signal: Signal, isSent = false): void {
    if ((this.open || this.reliable) && !this.#misleads(signal)) this.#sequence.send(signal, isSent);
  }

  /** Takes a message of the peer, whichever route it came. */
  receive({ event, payload }: Signal, link: Link | undefined): void {
    const { more = [] } = payload as Bundle;
    for (const part of [{ ...payload, link }, ...more])
      this.#sequence.receive(part.link?.seq === 0 ? undefined : ({ event, payload: part } as Signal), part.link);
  }

  get #direct(): boolean {
    return this.#sequence.on && this.#listener.directOpen;
  }

  /** Whether a legacy client would misread it. */
  #misleads({ event, payload }: Signal): boolean {
    if (this.#peer.profile.extended) return false;
    // It may fail on an empty candidate, and knows no offer ids that would show that an answer is repeated.
    if (event === "candidate") return payload.candidate.sdp === "";
    const isRepeated = event === "answer" && payload.sdp === this.#lastAnswer;
    if (event === "answer") this.#lastAnswer = payload.sdp;
    return isRepeated;
  }

  /** Candidates that are ready in the same turn travel together, and wait no longer than that (docs/protocol.md). */
  #relay(event: Signal["event"], payload: object & { readonly link: Link | undefined }): void {
    const relay = (sent: object): void => this.#room.relay(event, { to: this.#peer.id, ...sent });
    if (event !== "candidate" || payload.link === undefined || !this.#room.bundles) relay(payload);
    else if (this.#ready.push(payload) === 1)
      void Promise.resolve().then(() => {
        while (this.#ready.length > 0) {
          const [first, ...more] = this.#ready.splice(0, maxBundledCandidates);
          relay({ ...first, more: more[0] && more });
        }
      });
  }

  #transmit(signal: Signal | undefined, link: Link | undefined, again: boolean): void {
    const { event, payload } = signal ?? acknowledgement;
    const what = signal === undefined ? "acknowledged" : `sent ${event}`;
    this.#room.note(what, this.#peer.id, { again, route: this.#route });
    const sent = { ...payload, link };
    if (this.isOnline) this.#relay(event, sent);
    if (this.#direct && (again || !this.isOnline)) this.#listener.sendDirectly(event, sent);
  }
}
