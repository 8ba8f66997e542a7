import {
  MemoryRoster,
  type Admission,
  type Roster,
  type RosterChange,
  type RosterObserver,
  type SharedRoster,
} from "@sig/server";

/** A value after it has been stored and read again, as other nodes see it. */
const copy = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

const noWay = async (): Promise<void> => Promise.resolve();

interface Node {
  readonly observer: RosterObserver;
  /** What is on the way to it: one order for all changes and answers. */
  queue: Promise<void>;
  /** Whether it misses what others do. */
  isCutOff: boolean;
}

/** A store that several nodes share, in memory: each step is atomic, and nodes hear of each other in order. */
export class SharedStore {
  readonly memory = new MemoryRoster();
  readonly #nodes = new Map<string, Node>();
  /** What they ask arrives nowhere. */
  readonly #dead = new Set<string>();
  /** Those that had members once. */
  readonly #rooms = new Set<string>();
  readonly #bannedUsers = new Set<string>();
  readonly #way: () => Promise<void>;

  /** @param way resolves when something has arrived: at the store, back from it, or at a node */
  constructor(way: () => Promise<void> = noWay) {
    this.#way = way;
  }

  /** The store as one node uses it. */
  node(name: string): SharedRoster & Required<Pick<SharedRoster, "send">> {
    let requests = Promise.resolve();
    let answers = Promise.resolve();
    /** Like one connection: requests arrive in order, and so do answers. */
    const ask = async <Value>(step: () => Value): Promise<Value> => {
      const way = this.#way();
      requests = requests.then(async () => way);
      await requests;
      const value = this.#dead.has(name) ? undefined : { is: step() };
      const wayBack = this.#way();
      answers = answers.then(async () => wayBack);
      await answers;
      return value === undefined || this.#dead.has(name) ? new Promise(() => undefined) : value.is;
    };
    const { memory } = this;
    return {
      node: name,
      observe: (observer) => {
        this.#nodes.set(name, { observer, queue: Promise.resolve(), isCutOff: false });
        return async () => {
          this.#nodes.delete(name);
          return Promise.resolve();
        };
      },
      send: async (node, message) => {
        const text = copy(message);
        await this.#way();
        const receiver = this.#nodes.get(node);
        if (receiver?.isCutOff === false) receiver.observer.onMessage(text);
      },
      add: async (...args) =>
        new Promise((resolve) => {
          void ask(() => this.#inOrder(name, this.#add(name, ...args), resolve));
        }),
      update: async (room, id, session, changes) =>
        ask(() => {
          const isDone = memory.update(room, id, session, changes);
          const entry = memory.find(room, id);
          const author = entry?.node === name || changes.node !== undefined ? name : undefined;
          if (isDone && entry !== undefined) this.#publish(author, { room, id, entry: copy(entry) });
          return isDone;
        }),
      remove: async (room, id, session, reason = "left") =>
        ask(() => {
          const nodes = this.#nodesOf(room);
          const author = reason === "kicked" ? undefined : name;
          const isDone = memory.remove(room, id, session);
          if (isDone) this.#publish(author, { room, id, session, reason }, nodes);
          return isDone;
        }),
      ban: async (...args) => ask(() => memory.ban(...args)),
      banUser: async (room, user) => ask(() => void this.#bannedUsers.add(`${room} ${user}`)),
      find: async (room, id) => ask(() => copy({ found: memory.find(room, id) }).found),
      list: async (room) => ask(() => copy(memory.list(room))),
      rooms: async () => ask(() => memory.rooms()),
    };
  }

  /** From now on a node misses what others do, until `restore`. */
  cut(name: string): void {
    const node = this.#nodes.get(name);
    if (node !== undefined) node.isCutOff = true;
  }

  /** The node hears of the others again, and of its rooms as they are now. */
  restore(name: string): void {
    const node = this.#nodes.get(name);
    if (node === undefined) return;
    node.isCutOff = false;
    for (const room of this.#rooms) {
      const snapshot = { room, members: copy(this.memory.list(room)) };
      void this.#notify(name, (observer) => observer.onRoom(snapshot));
    }
  }

  /** Ends a node at once: what it held is adopted by another one, or has left. */
  kill(name: string, adopter: string): void {
    this.#nodes.delete(name);
    this.#dead.add(name);
    const { memory } = this;
    for (const { name: room } of memory.rooms()) {
      const adopted: string[] = [];
      for (const { id, session, keyed } of memory.list(room).filter((entry) => entry.node === name)) {
        const nodes = this.#nodesOf(room);
        if (keyed) {
          memory.update(room, id, session, { state: "away", node: adopter });
          this.#publish(adopter, { room, id, entry: memory.find(room, id)! }, nodes);
          adopted.push(id);
        } else {
          const last = memory.find(room, id)!;
          memory.remove(room, id, session);
          this.#publish(adopter, { room, id, session, reason: "lost" }, nodes);
          void this.#notify(adopter, (observer) =>
            observer.onChange({ room, id, session, reason: "lost", last: copy(last) }),
          );
        }
      }
      const snapshot = { room, members: copy(memory.list(room)) };
      if (adopted.length > 0) void this.#notify(adopter, (observer) => observer.onAdopted(snapshot, adopted), true);
    }
  }

  #add(name: string, ...[room, entry, maxPeers]: Parameters<Roster["add"]>): Admission {
    if (entry.user !== undefined && this.#bannedUsers.has(`${room} ${entry.user}`))
      return { ok: false, reason: "banned" };
    this.#rooms.add(room);
    const nodes = this.#nodesOf(room);
    const admission = this.memory.add(room, copy(entry), maxPeers);
    if (!admission.ok) return admission;
    this.#publish(name, { room, id: entry.id, entry: copy(entry) }, nodes);
    return {
      ...copy(admission),
      previous: copy({ previous: admission.previous }).previous,
      members: copy(this.memory.list(room)),
    };
  }

  /** Hands an answer to a node after all that it is notified of before, and before the rest. */
  #inOrder(name: string, answer: Admission, resolve: (answer: Admission) => void): void {
    const node = this.#nodes.get(name);
    if (node === undefined) return;
    const way = this.#way();
    node.queue = node.queue.then(async () => {
      await way;
      resolve(answer);
      await new Promise((done) => setImmediate(done));
    });
  }

  #nodesOf(room: string): ReadonlySet<string | undefined> {
    return new Set(this.memory.list(room).map(({ node }) => node));
  }

  #publish(
    author: string | undefined,
    change: RosterChange,
    before: ReadonlySet<string | undefined> = new Set(),
  ): void {
    for (const node of new Set([...before, ...this.#nodesOf(change.room)]))
      if (node !== undefined && node !== author) void this.#notify(node, (observer) => observer.onChange(copy(change)));
  }

  /** @param isOwn whether it is the answer to what the node has done itself */
  async #notify(name: string, tell: (observer: RosterObserver) => void, isOwn = false): Promise<void> {
    const node = this.#nodes.get(name);
    if (node === undefined || (node.isCutOff && !isOwn)) return;
    const way = this.#way();
    node.queue = node.queue.then(async () => {
      await way;
      if (this.#nodes.get(name) === node) tell(node.observer);
    });
    await node.queue;
  }
}
