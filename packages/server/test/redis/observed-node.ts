import { type Clock, type RosterEntry } from "@sig/server";
import { redisRoster, type RedisClient, type RosterChange } from "@sig/server/redis";

interface Adoption {
  readonly room: string;
  readonly entry: RosterEntry;
}

export const entryOf = (node: ObservedNode, id: string, more: Partial<RosterEntry> = {}): RosterEntry => ({
  id,
  keyed: true,
  state: "online",
  session: `${node.roster.node}/${id}`,
  node: node.roster.node,
  ...more,
});

/** A node as a service would be one: what it knows of its rooms comes from its joins and its observer. */
export class ObservedNode {
  readonly roster: ReturnType<typeof redisRoster>;
  readonly changes: RosterChange[] = [];
  readonly adopted: Adoption[] = [];
  /** The members that others had ended. */
  readonly returned: string[] = [];
  readonly messages: unknown[] = [];
  readonly faults: unknown[] = [];
  /** The rooms that were read again. */
  readonly read: string[] = [];
  readonly #views = new Map<string, Map<string, RosterEntry>>();
  readonly #listeners = new Set<() => void>();
  #notifications = 0;
  readonly #end: () => Promise<void>;

  constructor(client: RedisClient, options: { prefix?: string; clock?: Clock } = {}) {
    this.roster = redisRoster(client, options);
    this.#end = this.roster.observe({
      onChange: (change) => {
        this.changes.push(change);
        const view = this.#view(change.room);
        if (change.entry !== undefined) view.set(change.id, change.entry);
        else if (view.get(change.id)?.session === change.session) view.delete(change.id);
        this.#notify();
      },
      onRoom: ({ room, members }) => {
        this.read.push(room);
        this.#views.set(room, new Map(members.map((entry) => [entry.id, entry])));
        this.#notify();
      },
      onAdopted: ({ room, members }, ids) => {
        for (const entry of members) if (ids.includes(entry.id)) this.adopted.push({ room, entry });
        this.#views.set(room, new Map(members.map((entry) => [entry.id, entry])));
        this.#notify();
      },
      onReturned: (_, ids) => {
        this.returned.push(...ids);
        this.#notify();
      },
      onMessage: (message) => {
        this.messages.push(message);
        this.#notify();
      },
      onFault: (cause) => {
        this.faults.push(cause);
        this.#notify();
      },
    });
  }

  /** The members of a room as this node knows them, by id. */
  view(room: string): RosterEntry[] {
    return sorted(this.#view(room).values());
  }

  async join(room: string, id: string, more: Partial<RosterEntry> = {}, places = 64): Promise<boolean> {
    const entry = entryOf(this, id, more);
    const admission = await this.roster.add(room, entry, places);
    if (!admission.ok) return false;
    this.#views.set(room, new Map(admission.members?.map((member) => [member.id, member])));
    this.#notify();
    return true;
  }

  async leave(room: string, id: string, session = `${this.roster.node}/${id}`): Promise<boolean> {
    const view = this.#view(room);
    if (view.get(id)?.session === session) view.delete(id);
    return this.roster.remove(room, id, session);
  }

  async update(room: string, id: string, changes: Partial<RosterEntry>): Promise<boolean> {
    const view = this.#view(room);
    const [entry, session] = [view.get(id), `${this.roster.node}/${id}`];
    if (entry?.session === session) view.set(id, { ...entry, ...changes });
    return this.roster.update(room, id, session, changes);
  }

  /** Resolves when the condition holds; it is checked after each notification. */
  async until(what: string, condition: () => boolean, ms?: number): Promise<void> {
    await untilOneOf([this], what, condition, ms);
  }

  /** Resolves when the node knows the room as it is listed. */
  async agrees(room: string): Promise<void> {
    for (;;) {
      const seen = this.#notifications;
      const list = sorted(await this.roster.list(room));
      if (JSON.stringify(this.view(room)) === JSON.stringify(list)) return;
      await this.until(`a view of ${room} that is as the list`, () => this.#notifications > seen);
    }
  }

  listen(check: () => void): () => void {
    this.#listeners.add(check);
    return () => void this.#listeners.delete(check);
  }

  async close(): Promise<void> {
    await this.#end();
  }

  #view(room: string): Map<string, RosterEntry> {
    const view = this.#views.get(room) ?? new Map<string, RosterEntry>();
    this.#views.set(room, view);
    return view;
  }

  #notify(): void {
    this.#notifications += 1;
    for (const check of [...this.#listeners]) check();
  }
}

/** Resolves when the condition holds; it is checked after each notification of one of the nodes. */
export async function untilOneOf(
  nodes: readonly ObservedNode[],
  what: string,
  condition: () => boolean,
  ms = 15_000,
): Promise<void> {
  if (condition()) return;
  await new Promise<void>((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      for (const stop of stops) stop();
      settle();
    };
    const stops = nodes.map((node) => node.listen(() => condition() && end(resolve)));
    const faults = (): string => nodes.flatMap((node) => node.faults.map(String)).join("; ");
    const fail = (): void => reject(new Error(`Not within ${ms} ms: ${what}. Faults: ${faults()}`));
    const timer = setTimeout(() => end(fail), ms);
  });
}

export function sorted(entries: Iterable<RosterEntry>): RosterEntry[] {
  return [...entries].sort((one, other) => (one.id < other.id ? -1 : 1));
}
