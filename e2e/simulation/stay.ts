import type { ClientEvent, ClientHistory } from "../../packages/server/test/history/history.js";

/** Names the transmission of what applications send: it crosses no server. */
export const dataTransmission = "data";

/**
 * One membership of one room: a key, over as many connections as it takes; or, of a legacy client, one connection, over
 * which it may leave and join again.
 */
export class Stay implements ClientHistory {
  readonly id: string;
  readonly room: string;
  readonly isUpWith: (peer: string) => boolean;
  readonly isLegacy: boolean;
  readonly events: ClientEvent[] = [];
  #connection = 0;

  /** @param isUpWith whether its page has a connection with a peer that it takes for usable */
  constructor(id: string, room: string, isUpWith: (peer: string) => boolean, isLegacy = false) {
    this.id = id;
    this.room = room;
    this.isUpWith = isUpWith;
    this.isLegacy = isLegacy;
  }

  get isOver(): boolean {
    return this.events.at(-1)?.type === "left";
  }

  get isCreated(): boolean {
    return this.events.some(({ type }) => type === "created");
  }

  note(event: ClientEvent): void {
    if (!this.isOver) this.events.push(event);
  }

  /** Joins again after it was over, over the same connection. */
  resume(): void {
    if (this.isOver) this.events.pop();
  }

  /** The membership asks to join over this connection. */
  joins(connection: number): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    this.note({ type: "connected", connection });
  }
}
