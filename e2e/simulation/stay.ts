import type { ClientEvent, ClientHistory } from "../../packages/server/test/history/history.js";

/** Names the transmission of what applications send: it crosses no server. */
export const dataTransmission = "data";

/** One membership of one room: a key, over as many connections as it takes. */
export class Stay implements ClientHistory {
  readonly id: string;
  readonly room: string;
  readonly events: ClientEvent[] = [];
  #connection = 0;

  constructor(id: string, room: string) {
    this.id = id;
    this.room = room;
  }

  get isOver(): boolean {
    return this.events.at(-1)?.type === "left";
  }

  get isCreated(): boolean {
    return this.events.some(({ type }) => type === "created");
  }

  /** Whether a peer has left, and has not come back. */
  hasSeenExitOf(peer: string): boolean {
    const last = this.events.findLast(
      (event) =>
        ((event.type === "exit" || event.type === "joined") && event.id === peer) ||
        (event.type === "created" && event.peers.some(({ id }) => id === peer)),
    );
    return last?.type === "exit";
  }

  note(event: ClientEvent): void {
    if (!this.isOver) this.events.push(event);
  }

  /** The membership asks to join over this connection. */
  joins(connection: number): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    this.note({ type: "connected", connection });
  }
}
