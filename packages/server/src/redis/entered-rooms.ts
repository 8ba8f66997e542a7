import { type RoomStore } from "./room-store.js";

/**
 * The rooms that the store lists for this node, for whoever adopts its members. A room is listed before each member is
 * added, for the store may have lost its data meanwhile, and until the last one is removed: commands of one connection
 * run in order.
 */
export class EnteredRooms {
  readonly #rooms = new Set<string>();
  readonly #store: RoomStore;
  readonly #onFailure: (room: string) => void;

  constructor(store: RoomStore, onFailure: (room: string) => void) {
    this.#store = store;
    this.#onFailure = onFailure;
  }

  enter(room: string): void {
    this.#rooms.add(room);
    this.#store.enterRoom(room).catch(() => {
      // It may be listed all the same, or since an earlier member: `leave` has to remove it.
      this.#onFailure(room);
    });
  }

  leave(room: string): void {
    if (!this.#rooms.delete(room)) return;
    this.#store.leaveRoom(room, this.#rooms.size === 0).catch(() => {
      this.#rooms.add(room);
      this.#onFailure(room);
    });
  }
}
