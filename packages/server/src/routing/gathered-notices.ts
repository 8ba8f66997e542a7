import { type ServerEventName, type ServerInput } from "@sig/protocol";
import { type Clock } from "../clock.js";
import { type Socket } from "../socket-io.js";
import { NoticeList, type NoticeEvent } from "./notice-list.js";

/** Sends now. Must not throw. */
type Send = <Event extends ServerEventName>(to: Socket, event: Event, payload: ServerInput<Event>) => void;

/** Milliseconds for which notices are gathered: one frame of a page, far below what a person notices. */
export const gatherMs = 15;

/** How many notices one event has at most: with large metadata they are still one message of moderate size. */
export const maxGathered = 64;

/** A room with a notice lately. */
interface Pressure {
  /** The notice that everybody gets at once: the first of its interval, if nothing was gathered in the one before. */
  readonly first: unknown;
  /** How many notices have been gathered since the last ones were sent. */
  gathered: number;
  /** For whom. */
  readonly receivers: Set<Socket>;
}

/**
 * Notices under pressure: of each room the first is sent at once, and what follows within `gatherMs` in one event.
 * Nothing is gathered in a room that has had no notice for that long.
 */
export class GatheredNotices {
  readonly #clock: Clock;
  readonly #send: Send;
  readonly #rooms = new Map<string, Pressure>();
  readonly #waiting = new Map<Socket, NoticeList>();
  /** The list that begins with the last notice. */
  #beginning: NoticeList | undefined;

  constructor(clock: Clock, send: Send) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Sends a notice now, or with those that follow. Each member gets the same object. */
  add<Event extends NoticeEvent>(to: Socket, event: Event, payload: ServerInput<Event>): void {
    const pressure = this.#pressureIn(payload);
    if (pressure.first === payload) {
      this.flush(to);
      this.#send(to, event, payload);
      return;
    }
    if (this.#beginning?.last.payload !== payload) {
      this.#countNotice(pressure);
      this.#beginning = new NoticeList({ event, payload });
    }
    const waiting = this.#waiting.get(to)?.with(this.#beginning.last) ?? this.#beginning;
    this.#waiting.set(to, waiting);
    pressure.receivers.add(to);
    // It may have notices of several rooms.
    if (waiting.length === maxGathered) this.flush(to);
  }

  /** Sends what waits for a socket; call it before anything else is sent to it. */
  flush(to: Socket): void {
    // Of almost every message: nobody has had a notice lately.
    if (this.#waiting.size === 0) return;
    const notices = this.#waiting.get(to);
    if (notices === undefined) return;
    this.#waiting.delete(to);
    if (notices.length === 1) this.#send(to, notices.last.event, notices.last.payload as never);
    else this.#send(to, "notices", notices.gathered);
  }

  #pressureIn(payload: ServerInput<NoticeEvent>): Pressure {
    const { room } = payload;
    let pressure = this.#rooms.get(room);
    if (pressure !== undefined) return pressure;
    if (this.#rooms.size === 0) this.#flushLater();
    pressure = { first: payload, gathered: 0, receivers: new Set() };
    this.#rooms.set(room, pressure);
    return pressure;
  }

  /** Counts one more. Where that is too many, all members begin anew together: then most wait for the same again. */
  #countNotice(pressure: Pressure): void {
    if (pressure.gathered === maxGathered) {
      for (const to of pressure.receivers) this.flush(to);
      pressure.receivers.clear();
      pressure.gathered = 0;
    }
    pressure.gathered += 1;
  }

  #flushLater(): void {
    this.#clock.after(gatherMs, () => {
      for (const to of this.#waiting.keys()) this.flush(to);
      this.#beginning = undefined;
      for (const [room, { gathered }] of this.#rooms)
        if (gathered > 0) this.#rooms.set(room, { first: undefined, gathered: 0, receivers: new Set() });
        else this.#rooms.delete(room);
      if (this.#rooms.size > 0) this.#flushLater();
    });
  }
}
