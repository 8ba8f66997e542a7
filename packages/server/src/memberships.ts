interface InRoom {
  readonly room: { readonly name: string };
}

/**
 * The memberships of one connection, at most one in a room, in the order in which they began. Most connections have one
 * membership: a map of its own for each connection would be larger than the membership.
 */
export class Memberships<Membership extends InRoom> {
  /** The first one, unless it has ended while there were others. */
  #first: Membership | undefined;
  /** By room name. */
  #others: Map<string, Membership> | undefined;

  get size(): number {
    return (this.#first === undefined ? 0 : 1) + (this.#others?.size ?? 0);
  }

  /** The membership in a room. */
  get(room: string): Membership | undefined {
    return this.#first?.room.name === room ? this.#first : this.#others?.get(room);
  }

  has(room: string): boolean {
    return this.get(room) !== undefined;
  }

  /** Adds a membership, instead of the one in the same room. */
  add(membership: Membership): void {
    const room = membership.room.name;
    if (this.size === 0 || this.#first?.room.name === room) {
      this.#first = membership;
      return;
    }
    this.#others ??= new Map();
    this.#others.set(room, membership);
  }

  delete(room: string): void {
    if (this.#first?.room.name === room) this.#first = undefined;
    else this.#others?.delete(room);
    if (this.#others?.size === 0) this.#others = undefined;
  }

  /** The memberships as they are now: they may end while they are looked at. */
  values(): readonly Membership[] {
    const first = this.#first === undefined ? [] : [this.#first];
    return this.#others === undefined ? first : [...first, ...this.#others.values()];
  }
}
