/** Kept changes of one room; the room is read again rather than that more are kept. */
const maxKept = 1000;

interface RoomFeedPorts<Change> {
  deliver(change: Change): void;
  /** Changes were missed: reads the room, and calls `start`. */
  read(): void;
}

/**
 * The changes of one room in the order of their versions. Those of other nodes arrive on a channel, in order; our own
 * are in the replies to our commands, on another connection.
 */
export class RoomFeed<Change> {
  /** The version that is reached; absent while a first join or a read has no reply yet. */
  #position: number | undefined;
  readonly #kept = new Map<number, { readonly change: Change } | { readonly passed: () => void }>();
  /** Our commands that have no reply yet: a version that is missing may be one of theirs. */
  #pending = 0;
  #overflowed = false;
  #holds = 0;
  /** Passed while something was held. */
  readonly #waiting: (() => void)[] = [];
  readonly #ports: RoomFeedPorts<Change>;

  constructor(ports: RoomFeedPorts<Change>) {
    this.#ports = ports;
  }

  begin(): void {
    this.#pending += 1;
  }

  end(): void {
    this.#pending -= 1;
    this.#advance();
  }

  /** Delivers nothing until `release`: what follows a join must not overtake its reply. */
  hold(): void {
    this.#holds += 1;
  }

  release(): void {
    this.#holds -= 1;
    while (this.#holds === 0) {
      const passed = this.#waiting.shift();
      if (passed === undefined) break;
      passed();
    }
    this.#advance();
  }

  /** A change of another node. */
  receive(version: number, change: Change): void {
    if (this.#position !== undefined && version <= this.#position) return;
    this.#kept.set(version, { change });
    if (this.#kept.size > maxKept) this.#overflow();
    else this.#advance();
  }

  /**
   * A change of our own.
   * @param passed called when everything before it is delivered; at once, or after a `hold`, if that is not known
   */
  own(version: number, passed: () => void): void {
    if (this.#position === undefined || version <= this.#position) this.#pass(passed);
    else this.#kept.set(version, { passed });
    this.#advance();
  }

  /** The room is known as of this version: older changes are dropped, later ones delivered. */
  start(version: number): void {
    if (this.#overflowed) {
      this.#overflowed = false;
      this.#ports.read();
      return;
    }
    for (const at of [...this.#kept.keys()]) if (at <= version) this.#drop(at);
    this.#position = version;
    this.#advance();
  }

  /** Changes may be missing: those that come are kept until `start`. */
  lose(): void {
    this.#position = undefined;
    for (const [at, item] of [...this.#kept]) if ("passed" in item) this.#drop(at);
  }

  #overflow(): void {
    // Without a position a reply is on its way that calls `start`, which reads again.
    const isAwaited = this.#position === undefined;
    this.lose();
    this.#kept.clear();
    if (isAwaited) this.#overflowed = true;
    else this.#ports.read();
  }

  #drop(version: number): void {
    const item = this.#kept.get(version);
    this.#kept.delete(version);
    if (item !== undefined && "passed" in item) this.#pass(item.passed);
  }

  #pass(passed: () => void): void {
    if (this.#holds > 0) this.#waiting.push(passed);
    else passed();
  }

  #advance(): void {
    while (this.#position !== undefined && this.#holds === 0) {
      const next = this.#kept.get(this.#position + 1);
      if (next === undefined) break;
      this.#position += 1;
      this.#kept.delete(this.#position);
      if ("passed" in next) next.passed();
      else this.#ports.deliver(next.change);
    }
    if (this.#position === undefined || this.#pending > 0 || this.#holds > 0) return;
    // The channel is in order: a later change of another node shows that one is missing; one of our own does not.
    if (![...this.#kept.values()].some((item) => "change" in item)) return;
    this.lose();
    this.#ports.read();
  }
}
