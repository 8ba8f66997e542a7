import { type ServerEventName, type ServerInput } from "@sig/protocol";
import { type Clock } from "../clock.js";
import { type Socket } from "../socket-io.js";

/** What the members of a room are notified of: of each other. */
export type NoticeEvent = Extract<ServerEventName, "joined" | "exit" | "presence" | "metadata" | "attributes">;

type Notice = ServerInput<"notices">["notices"][number];

/** Sends now. Must not throw. */
type Send = <Event extends ServerEventName>(to: Socket, event: Event, payload: ServerInput<Event>) => void;

/** Milliseconds for which notices are gathered: one frame of a page, far below what a person notices. */
export const gatherMs = 15;

/** How many notices one event has at most: with large metadata they are still one message of moderate size. */
export const maxGathered = 64;

/**
 * Notices under pressure: a socket gets the first at once, and what follows within `gatherMs` in one event. Nothing is
 * gathered for a socket that has had no notice for that long.
 */
export class GatheredNotices {
  readonly #clock: Clock;
  readonly #send: Send;
  /** What waits, of every socket that had a notice lately. */
  readonly #waiting = new Map<Socket, Notice[]>();

  constructor(clock: Clock, send: Send) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Sends a notice now, or with those that follow. */
  add<Event extends NoticeEvent>(to: Socket, event: Event, payload: ServerInput<Event>): void {
    const waiting = this.#waiting.get(to);
    if (waiting !== undefined) {
      waiting.push({ event, payload });
      if (waiting.length === maxGathered) this.flush(to);
      return;
    }
    if (this.#waiting.size === 0) this.#flushLater();
    this.#waiting.set(to, []);
    this.#send(to, event, payload);
  }

  /** Sends what waits for a socket; call it before anything else is sent to it. */
  flush(to: Socket): void {
    // Of almost every message: nobody has had a notice lately.
    if (this.#waiting.size === 0) return;
    const notices = this.#waiting.get(to);
    if (notices === undefined || notices.length === 0) return;
    this.#waiting.set(to, []);
    const [first] = notices;
    if (first !== undefined && notices.length === 1) this.#send(to, first.event, first.payload as never);
    else this.#send(to, "notices", { notices });
  }

  #flushLater(): void {
    this.#clock.after(gatherMs, () => {
      for (const [to, notices] of this.#waiting)
        if (notices.length === 0) this.#waiting.delete(to);
        else this.flush(to);
      if (this.#waiting.size > 0) this.#flushLater();
    });
  }
}
