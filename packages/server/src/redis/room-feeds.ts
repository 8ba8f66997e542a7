import { type RoomChange } from "./envelope.js";
import { RoomFeed } from "./room-feed.js";

interface RoomFeedsPorts {
  deliver(change: RoomChange): void;
  read(room: string): void;
}

/** The feed of each room in which this node has members, or a command that may give it one. */
export class RoomFeeds {
  readonly #feeds = new Map<string, RoomFeed<RoomChange>>();
  readonly #ports: RoomFeedsPorts;

  constructor(ports: RoomFeedsPorts) {
    this.#ports = ports;
  }

  rooms(): Iterable<string> {
    return this.#feeds.keys();
  }

  of(room: string): RoomFeed<RoomChange> {
    const known = this.#feeds.get(room);
    if (known !== undefined) return known;
    const feed = new RoomFeed<RoomChange>({
      deliver: (change) => this.#ports.deliver(change),
      read: () => this.#ports.read(room),
    });
    this.#feeds.set(room, feed);
    return feed;
  }

  receive(change: RoomChange): void {
    this.#feeds.get(change.room)?.receive(change.version, change);
  }

  /** This node has no members in the room any more. */
  forget(room: string): void {
    this.#feeds.get(room)?.lose();
    this.#feeds.delete(room);
  }

  loseAll(): void {
    for (const feed of this.#feeds.values()) feed.lose();
  }
}
