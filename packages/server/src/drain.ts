import { reportCutOff } from "./cut-off.js";
import { type Core, type Draining, type DrainResult } from "./core.js";
import { type Connection } from "./membership.js";
import { knownNames, wholeNumber } from "./option-checks.js";
import { handOver } from "./presence.js";
import { rejections } from "./rejections.js";
import { keyedMembership, entryOf } from "./roster/local-view.js";

export interface DrainOptions {
  /** Milliseconds that it may take, 0 to 3 600 000. Default 30 000. */
  readonly withinMs?: number | undefined;
}

/** Longer than most clients take to come back; a platform that stops a process waits about as long. */
const defaultWithinMs = 30_000;
/** Whoever waits for an hour waits for a person. */
const maxWithinMs = 3_600_000;
/** The moves are spread over this part of the time. */
const spreadPart = 0.5;
/** A client that was notified has this part of the time to go by itself. */
const noticePart = 0.25;
/** A connection whose join was rejected is closed within this: at once, thousands would come back together. */
const redirectMs = 1_000;

/** See `Signaling.drain`. */
export function drain(core: Core, options?: DrainOptions): Promise<DrainResult> {
  const withinMs = readDrainOptions(options);
  if (core.draining === undefined && core.closing) return Promise.resolve({ remaining: 0 });
  if (core.draining === undefined) {
    core.draining = new Drain(core, withinMs);
    core.log.info("drain started", { withinMs });
    for (const connection of [...core.connections.values()]) sendAway(core, connection, withinMs * spreadPart);
    if (core.rooms.size === 0) core.draining.emptied();
  }
  return core.draining.done;
}

/**
 * @returns the time that a drain may take
 * @throws TypeError if an option is invalid
 */
export function readDrainOptions(options: DrainOptions = {}): number {
  knownNames("drain", options, { withinMs: true });
  return wholeNumber("withinMs", options.withinMs ?? defaultWithinMs, 0, maxWithinMs);
}

/** Rejects the joins that wait. Moves the connection if it is a member, or wanted to become one. */
function sendAway({ draining }: Core, connection: Connection, spreadMs: number): void {
  const { memberships, pendingJoins } = connection;
  const newcomers = pendingJoins.filter(({ room, id }) => memberships.get(room)?.id !== id);
  for (const join of newcomers) join.cancel(rejections.draining);
  if (memberships.size > 0 || newcomers.length > 0) draining?.redirect(connection, spreadMs);
}

/** Moves each connection to another node at a random time of its own, so that they do not all arrive there together. */
class Drain implements Draining {
  readonly done: Promise<DrainResult>;
  readonly #core: Core;
  readonly #noticeMs: number;
  /** By connection, what cancels its next step. */
  readonly #steps = new Map<Connection, () => void>();
  #resolve: (result: DrainResult) => void = () => undefined;
  readonly #cancelEnd: () => void;
  #isDone = false;

  constructor(core: Core, withinMs: number) {
    this.#core = core;
    this.#noticeMs = Math.round(withinMs * noticePart);
    this.done = new Promise((resolve) => (this.#resolve = resolve));
    this.#cancelEnd = core.settings.clock.after(withinMs, () => this.emptied());
  }

  redirect(connection: Connection, spreadMs = redirectMs): void {
    if (!this.#steps.has(connection)) this.#after(connection, Math.random() * spreadMs, () => this.#move(connection));
  }

  emptied(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#cancelEnd();
    let remaining = 0;
    for (const { held } of this.#core.rooms.values()) remaining += held.size;
    this.#core.log.info("drain ended", { remaining });
    this.#resolve({ remaining });
  }

  end(): void {
    this.emptied();
    for (const cancel of this.#steps.values()) cancel();
    this.#steps.clear();
    if (this.#core.shared !== undefined) handOver(this.#core, (connection) => this.#close(connection));
  }

  #move(connection: Connection): void {
    const membership = keyedMembership(connection, undefined);
    const understands = membership !== undefined && entryOf(membership)?.features?.includes("drain") === true;
    if (!understands) {
      this.#close(connection);
      return;
    }
    const notice = { room: membership.room.name, withinMs: this.#noticeMs };
    this.#core.router.reply(connection.socket, "drain", notice);
    this.#after(connection, this.#noticeMs, () => this.#close(connection));
  }

  #after(connection: Connection, ms: number, step: () => void): void {
    const { clock } = this.#core.settings;
    const cancel = clock.after(ms, () => {
      this.#steps.delete(connection);
      if (this.#core.connections.get(connection.id) === connection) step();
    });
    this.#steps.set(connection, cancel);
  }

  /** Not by `disconnect`, where there is another way: Socket.IO's client does not come back from that. */
  #close(connection: Connection): void {
    const { socket } = connection;
    reportCutOff({ core: this.#core, connection }, "drain");
    if (socket.conn?.close === undefined) socket.disconnect(false);
    else socket.conn.close();
  }
}
