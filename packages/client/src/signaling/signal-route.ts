import type { Link } from "@sig/protocol";
import type { Clock } from "../util/clock.js";
import type { RelayedEvent, RelayedPayload } from "./signaling-channel.js";
import { SignalSequence, type SignalSequenceListener } from "./signal-sequence.js";
import type { Signal } from "../negotiation/types.js";

/** What a route needs of the room. */
export interface SignalRouteRoom {
  readonly settings: { readonly clock: Clock };
  /** Sends a message to a peer through the server. */
  relay<Event extends RelayedEvent>(event: Event, payload: RelayedPayload<Event>): void;
  /** Records what happened in the timeline: short words and numbers. */
  note(what: string, peer: string, detail?: Readonly<Record<string, string | number | boolean | undefined>>): void;
}

/** The other end of a route. */
export interface SignalRoutePeer {
  readonly id: string;
  readonly keyed: boolean;
  readonly profile: { readonly polite: boolean };
}

export interface SignalRouteListener extends SignalSequenceListener {
  /** Whether the connection to the peer stands, and the message channel in it. */
  readonly stands: boolean;
  sendDirectly(event: string, payload: object): void;
  /** Whether there is a way now. `interrupted`: what was said before there was may be lost. */
  routeChanged(open: boolean, interrupted: boolean): void;
}

/** What carries an acknowledgement where there is nothing to say: the end of no candidates, with a place outside the sequence. */
const acknowledgement = {
  event: "candidate",
  payload: { candidate: { sdpMid: "", sdpMLineIndex: 0, sdp: "" } },
} as const;

/** How messages get to one peer: by the server while it reaches the peer, over the message channel while it does not, and the link over both. */
export class SignalRoute {
  readonly #peer: SignalRoutePeer;
  readonly #room: SignalRouteRoom;
  readonly #listener: SignalRouteListener;
  readonly #link: SignalSequence;
  #online: boolean;
  #way: "server" | "direct" | undefined;

  constructor(peer: SignalRoutePeer, online: boolean, room: SignalRouteRoom, listener: SignalRouteListener) {
    this.#peer = peer;
    this.#online = online;
    this.#way = online ? "server" : undefined;
    this.#room = room;
    this.#listener = listener;
    this.#link = new SignalSequence(
      { keyed: peer.keyed, polite: peer.profile.polite },
      online,
      room.settings.clock,
      (...message) => this.#transmit(...message),
      listener,
    );
  }

  /** Whether the server brings messages to the peer. */
  get online(): boolean {
    return this.#online;
  }

  /** Whether anything does. */
  get open(): boolean {
    return this.#way !== undefined;
  }

  /** Whether the peer was heard to keep a sequence. */
  get linked(): boolean {
    return this.#link.on;
  }

  /** Whether what is sent in an outage arrives after it. */
  get reliable(): boolean {
    return this.#link.reliable;
  }

  /** Whether the peer has still to acknowledge something. */
  get waits(): boolean {
    return this.#link.waits;
  }

  /** Becoming reachable by the server, also when it was thought to be: what may have been lost is said again. */
  setOnline(online: boolean): void {
    this.#online = online;
    this.choose(online);
  }

  /** To be called when a way may have opened or closed. `again`: what went the way that is may be lost. */
  choose(again = false): void {
    const way = this.#online ? "server" : this.#direct ? "direct" : undefined;
    if (way === this.#way && !again) return;
    const interrupted = this.#way === undefined;
    if (way !== this.#way) this.#room.note("way", this.#peer.id, { way: way ?? "none" });
    this.#way = way;
    this.#link.setPath(way !== undefined);
    // Where nothing is lost on a change of ways, there was no outage.
    this.#listener.routeChanged(way !== undefined, interrupted || !this.#link.reliable);
  }

  /** Begins a new epoch, for a new connection that we make the first offer of. */
  begin(): void {
    this.#link.begin();
  }

  /** Ends the epoch: what still comes of it is dropped. */
  end(): void {
    this.#link.end();
  }

  send(signal: Signal): void {
    this.#link.send(signal);
  }

  /** What the peer said, whichever way it came. */
  receive(signal: Signal, link: Link | undefined): void {
    this.#link.receive(link?.seq === 0 ? undefined : signal, link);
  }

  get #direct(): boolean {
    return this.#link.on && this.#listener.stands;
  }

  #transmit(signal: Signal | undefined, link: Link | undefined, again: boolean): void {
    const { event, payload } = signal ?? acknowledgement;
    this.#room.note(signal === undefined ? "acknowledged" : `sent ${event}`, this.#peer.id, { again, way: this.#way });
    if (this.#online) this.#room.relay(event, { to: this.#peer.id, ...payload, link });
    if (this.#direct && (again || !this.#online)) this.#listener.sendDirectly(event, { ...payload, link });
  }
}
