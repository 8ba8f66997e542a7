/**
 * Names of rooms, peers, sessions and nodes may hold any character. Here they become tokens of few: no two names have
 * the same token, and none can end a key or a field early. Units of UTF-16 are escaped, since UTF-8 has none for half a
 * surrogate pair.
 */
export function toToken(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, escapeUnit);
}

/** @returns the name; absent if `toToken` has not made the token */
export function fromToken(token: string): string | undefined {
  const name = token.replace(/%([0-9a-f]{4})/g, (_, unit: string) => String.fromCharCode(parseInt(unit, 16)));
  return toToken(name) === token ? name : undefined;
}

function escapeUnit(unit: string): string {
  return `%${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The keys of one room. They share a hash tag, so that one script may use all of them. */
export type RoomKeys = readonly [members: string, version: string, bans: string, timedBans: string];

/** Every key and channel. In a prefix braces are escaped: the first one in a key begins its hash tag. */
export class Keys {
  /** When the last heartbeat of each node came, in milliseconds of Redis's clock. */
  readonly nodes: string;
  /** The nodes that were claimed, or that the store has lost, by when; until all their rooms are done. */
  readonly dead: string;
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix.replace(/[^A-Za-z0-9_.:/-]/g, escapeUnit);
    this.nodes = `${this.#prefix}:{nodes}:alive`;
    this.dead = `${this.#prefix}:{nodes}:dead`;
  }

  /** The names of the rooms in which a node has members, as tokens. */
  roomsOf(node: string): string {
    return `${this.#prefix}:{nodes}:rooms:${toToken(node)}`;
  }

  channelOf(node: string): string {
    return `${this.channelPrefix}${toToken(node)}`;
  }

  /** The token of a node after it is the node's channel. */
  get channelPrefix(): string {
    return `${this.#prefix}:node:`;
  }

  ofRoom(room: string): RoomKeys {
    // The sign keeps the tag of the room "" from being empty, and of the room "nodes" from being the one above.
    const start = `${this.#prefix}:{=${toToken(room)}}:`;
    return [`${start}members`, `${start}version`, `${start}bans`, `${start}timed-bans`];
  }
}
