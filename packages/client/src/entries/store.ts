import type {
  ManagerEvents,
  ManagerState,
  MessageSchemas,
  PeerManager,
  PeerState,
  Presence,
  Publication,
  RemoteTrack,
} from "../index.js";
import { Emitter } from "../util/emitter.js";
import { NotificationQueue } from "../util/notification-queue.js";

/** One publication of ours. The object is frozen, and the same until something in it changes. */
export interface PublicationSnapshot {
  /** For its methods. */
  readonly publication: Publication;
  readonly label: string | undefined;
  readonly state: Publication["state"];
  readonly muted: boolean;
  readonly tracks: readonly MediaStreamTrack[];
}

/** One peer. The object is frozen, and the same until something in it changes. */
export interface PeerSnapshot<Metadata> {
  readonly id: string;
  readonly metadata: Metadata | undefined;
  readonly attributes: unknown;
  readonly state: PeerState;
  readonly presence: Presence;
  readonly tracks: readonly RemoteTrack[];
}

/** A room as it is now. The object is frozen, and the same until something in it changes. */
export interface RoomSnapshot<Metadata> {
  readonly state: ManagerState;
  readonly id: string | undefined;
  readonly room: string | undefined;
  readonly metadata: Metadata | undefined;
  readonly attributes: unknown;
  readonly publications: readonly PublicationSnapshot[];
  /** In the order in which they joined. */
  readonly peers: readonly PeerSnapshot<Metadata>[];
}

/** What `useSyncExternalStore` of React takes, and every other framework can use. The functions need no `this`. */
export interface RoomStore<Metadata> {
  /** Calls `listener` in a microtask after each change. Returns a function after which it is called no more. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => RoomSnapshot<Metadata>;
  /** A manager before `join`: what a server renders. */
  readonly getServerSnapshot: () => RoomSnapshot<Metadata>;
}

const changes = [
  "state",
  "peerJoined",
  "peerLeft",
  "peerState",
  "peerPresence",
  "peerMetadata",
  "peerAttributes",
  "metadata",
  "attributes",
  "track",
  "trackMuted",
  "trackEnded",
  "publications",
] as const satisfies readonly (keyof ManagerEvents<MessageSchemas, unknown>)[];

const idle: RoomSnapshot<never> = Object.freeze({
  state: "idle",
  id: undefined,
  room: undefined,
  metadata: undefined,
  attributes: undefined,
  publications: Object.freeze([]),
  peers: Object.freeze([]),
});

/** A manager as a store of immutable snapshots. It listens to the manager only while it has subscribers itself. */
export function roomStore<Messages extends MessageSchemas, Metadata>(
  manager: PeerManager<Messages, Metadata>,
): RoomStore<Metadata> {
  const subscribers = new Emitter<{ change: [] }>(new NotificationQueue());
  let snapshot: RoomSnapshot<Metadata> = idle;
  let count = 0;
  let stopListening: readonly (() => void)[] = [];
  const refresh = (): void => {
    snapshot = describe(manager, snapshot);
  };
  const onChange = (): void => {
    const before = snapshot;
    refresh();
    if (snapshot !== before) subscribers.emit("change");
  };
  return {
    subscribe: (listener) => {
      // The same function may subscribe twice.
      let stop: (() => void) | undefined = subscribers.on("change", () => listener());
      if (count++ === 0) {
        refresh();
        stopListening = changes.map((event) => manager.on(event, onChange));
      }
      return () => {
        if (stop === undefined) return;
        stop();
        stop = undefined;
        if (--count === 0) for (const stopOne of stopListening) stopOne();
      };
    },
    getSnapshot: () => {
      // With subscribers it changes when they are notified, so that everything rendered meanwhile agrees.
      if (count === 0) refresh();
      return snapshot;
    },
    getServerSnapshot: () => idle,
  };
}

function describe<Messages extends MessageSchemas, Metadata>(
  manager: PeerManager<Messages, Metadata>,
  before: RoomSnapshot<Metadata>,
): RoomSnapshot<Metadata> {
  const { state, id, room, metadata, attributes } = manager;
  const publications = manager.publications.map((publication) => {
    const known = before.publications.find((one) => one.publication === publication);
    const { label, state, muted } = publication;
    return keep(known, { publication, label, state, muted, tracks: keepList(known?.tracks, publication.tracks) });
  });
  const peers = Array.from(manager.peers.values(), (peer) => {
    const { id, metadata, attributes, state, presence, tracks } = peer;
    const known = before.peers.find((one) => one.id === id);
    const frozen = keepList(
      known?.tracks,
      tracks.map((track) => Object.freeze(track)),
    );
    return keep(known, { id, metadata, attributes, state, presence, tracks: frozen });
  });
  return keep(before, {
    state,
    id,
    room,
    metadata,
    attributes,
    publications: keepList(before.publications, publications),
    peers: keepList(before.peers, peers),
  });
}

/** The object before, if all fields are the same. */
function keep<Value extends object>(before: Value | undefined, now: Value): Value {
  const isSame =
    before !== undefined && Object.entries(now).every(([name, value]) => Object.is(before[name as keyof Value], value));
  return isSame ? before : Object.freeze(now);
}

/** The list before, if all items are the same. */
function keepList<Item>(before: readonly Item[] | undefined, now: readonly Item[]): readonly Item[] {
  const isSame = before?.length === now.length && now.every((item, at) => item === before[at]);
  return isSame ? before : Object.freeze([...now]);
}
