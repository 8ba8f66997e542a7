import { type RoomStore } from "./room-store.js";

/**
 * The rooms that the store lists for this node, for whoever adopts its members. A room is listed before its first
 * member is added and until its last one is removed: commands of one connection run in order.
 */
export class EnteredRooms {
  readonly #rooms = new Set<string>();
  readonly #store: RoomStore;
  readonly #onFailure: (room: string) => void;

  constructor(store: RoomStore, onFailure: (room: string) => void) {
    this.#store = store;
    this.#onFailure = onFailure;
  }

  /** @param again whether the store may have forgotten the room */
  enter(room: string, again = false): void {
    if (this.#rooms.has(room) && !again) return;
    this.#rooms.add(room);
    this.#store.enterRoom(room).catch(() => {
      this.#rooms.delete(room);
      this.#onFailure(room);
    });
  }

  leave(room: string): void {
    if (!this.#rooms.delete(room)) return;
    this.#store.leaveRoom(room).catch(() => {
      this.#rooms.add(room);
      this.#onFailure(room);
    });
  }
}
