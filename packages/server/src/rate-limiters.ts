import { type Clock } from "./clock.js";
import { LatestEntries } from "./latest-entries.js";
import { type RateLimit } from "./rate-limit.js";
import { RateLimiter } from "./rate-limiter.js";
import { none } from "./short-list.js";

/** Names that are remembered after their connections have ended: a few megabytes at most. */
const maxNames = 10_000;
/** Names of one client. A socket is in a few rooms, under a key each. */
const maxNamesOfClient = 16;
const sweepIntervalMs = 10_000;

/**
 * The rate limiters of all clients. What a client has spent follows its connection, its key and its user, so that
 * cutting a connection off and coming back gives nothing new. Budgets are remembered until they are restored.
 */
export class RateLimiters {
  readonly #limit: RateLimit;
  readonly #clock: Clock;
  readonly #ofConnection = new WeakMap<object, RateLimiter>();
  /** By name: the id of a peer, or `user:` and the user. No id of a peer has a colon. */
  readonly #known = new LatestEntries<RateLimiter>(maxNames);
  #sweptAt: number;

  constructor(limit: RateLimit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
    this.#sweptAt = clock.now();
  }

  /** How many names are remembered. */
  get size(): number {
    return this.#known.size;
  }

  /**
   * The limiter of a socket: that of its connection, if another socket has used the connection before.
   *
   * @param connection absent for sockets that are not Socket.IO's
   */
  open(connection: object | undefined): RateLimiter {
    const known = connection === undefined ? undefined : this.#ofConnection.get(connection);
    const limiter = known ?? new RateLimiter(this.#limit);
    if (connection !== undefined) this.#ofConnection.set(connection, limiter);
    limiter.sockets += 1;
    return limiter;
  }

  /** The socket has disconnected: whoever comes back under one of its names finds what was spent. */
  close(limiter: RateLimiter): void {
    limiter.sockets -= 1;
    for (const name of limiter.names) this.#remember(name, limiter);
  }

  /**
   * A client has shown its key. It may have another connection still, which it takes over.
   *
   * @returns whether another connection has used this key
   */
  recognizePeer(limiter: RateLimiter, id: string): boolean {
    addName(limiter, id);
    const known = this.#known.get(id);
    this.#remember(id, limiter);
    return known !== undefined && known !== limiter;
  }

  /**
   * The application has named the user of a client. A user may have several clients at once, each with its own budget;
   * only what those have spent that are gone counts.
   *
   * @returns whether another connection of this user has ended
   */
  recognizeUser(limiter: RateLimiter, user: string): boolean {
    const name = `user:${user}`;
    addName(limiter, name);
    const known = this.#known.get(name);
    if (known === undefined || known === limiter) return false;
    limiter.inherit(known, this.#clock.now());
    return true;
  }

  /** Forgets budgets that are restored. May be called often. */
  sweep(): void {
    const now = this.#clock.now();
    if (now - this.#sweptAt < sweepIntervalMs) return;
    this.#sweptAt = now;
    for (const [name, limiter] of this.#known)
      if (limiter.sockets === 0 && limiter.isRestored(now)) this.#known.delete(name);
  }

  #remember(name: string, limiter: RateLimiter): void {
    const known = this.#known.get(name);
    if (known !== undefined && known !== limiter) {
      const now = this.#clock.now();
      if (known.sockets > 0 && limiter.sockets === 0) {
        // Another connection has taken over meanwhile.
        known.inherit(limiter, now);
        return;
      }
      limiter.inherit(known, now);
    }
    this.#known.set(name, limiter);
  }
}

function addName(limiter: RateLimiter, name: string): void {
  if (limiter.name === name) return;
  const others = limiter.names.filter((other) => other !== name).slice(1 - maxNamesOfClient);
  limiter.formerNames = others.length === 0 ? none : others;
  limiter.name = name;
}
