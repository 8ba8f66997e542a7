import type { Json, PeerInfo } from "@sig/server";
import type { Cluster } from "./cluster.js";
import type { Environment } from "./environment.js";
import type { Person } from "./person.js";
import type { ApplicationStep } from "./recording.js";
import type { ServerNode } from "./server-node.js";
import { startedAtMs } from "./simulated-process.js";

/** Where the application decides. */
interface World extends Pick<Environment, "clock" | "endedMs"> {
  readonly cluster: Cluster;
  person(name: string): Person;
}

/** Peers whose removal the application was promised. */
interface Kick {
  readonly room: string;
  readonly ids: readonly string[];
  /** Whether they are banned for as long as the room has members, and no longer. */
  readonly isForRoom: boolean;
  readonly startedMs: number;
}

/** Attributes that the application has given to a member. */
interface Change {
  readonly attributes: Json;
  readonly node: ServerNode;
  readonly startedMs: number;
  /** When it was promised; absent if it was not, or not yet. */
  doneMs?: number;
}

/** What the application on the nodes decides about peers, and what has to come of it. */
export class Decisions {
  readonly #kicks: Kick[] = [];
  /** By member, in the order in which they began. */
  readonly #changes = new Map<string, Change[]>();

  /** Carries a step out on a node that runs. */
  take(world: World, step: ApplicationStep): void {
    const node = world.cluster.node(step.node);
    const { process, signaling } = node;
    const person = world.person(step.client);
    const stay = person.page.stay;
    if (!process.isRunning || stay === undefined || stay.isOver) return;
    const { room, id } = stay;
    const startedMs = world.clock.now();
    // Redis fails by the will of the run: nothing is promised then.
    if (step.action === "attributes") {
      const change: Change = { attributes: step.attributes, node, startedMs };
      this.#changes.set(id, [...(this.#changes.get(id) ?? []), change]);
      signaling.setAttributes(room, id, step.attributes).then(
        (done) => {
          if (done) change.doneMs = world.clock.now();
        },
        () => undefined,
      );
      return;
    }
    const options = step.banMs === null ? {} : { banMs: step.banMs };
    const kick: Kick = {
      room,
      ids: step.by === "id" ? [id] : idsOf(person, room),
      isForRoom: step.banMs === null,
      startedMs,
    };
    const kicked =
      step.by === "id" ? signaling.kick(room, id, options) : signaling.kick(room, { user: person.name }, options);
    kicked.then(
      (done) => {
        if (Number(done) > 0) this.#kicks.push(kick);
      },
      () => undefined,
    );
  }

  /** What contradicts a promise, by the members that a node lists. */
  violations(world: World, room: string, members: readonly PeerInfo[]): string[] {
    const { redis } = world.cluster;
    // With its data Redis loses bans and attributes.
    if (redis.hasLostData) return [];
    const byId = new Map(members.map((member) => [member.id, member]));
    const violations: string[] = [];
    for (const { room: kickedFrom, ids, isForRoom, startedMs } of this.#kicks) {
      if (kickedFrom !== room || (isForRoom && redis.lastEmptyMs(room) >= startedAtMs + startedMs)) continue;
      for (const id of ids) if (byId.has(id)) violations.push(`${id} was kicked, and is there`);
    }
    for (const [id, changes] of this.#changes) {
      const last = changes.at(-1);
      const member = byId.get(id);
      if (member === undefined || last === undefined || !this.#isLasting(world, id, changes)) continue;
      const [found, given] = [member.attributes, last.attributes].map((value) => JSON.stringify(value));
      if (found !== given) violations.push(`${id} has the attributes ${String(found)}, and was given ${String(given)}`);
    }
    return violations;
  }

  /**
   * Whether the last of some changes was promised, and is the last that was made. A node that has ended may not have
   * written it, and with the membership the attributes end.
   */
  #isLasting(world: World, id: string, changes: readonly Change[]): boolean {
    const last = changes.at(-1);
    if (last?.doneMs === undefined || last.node.process.hasEnded) return false;
    if ((world.endedMs.get(id) ?? -1) >= last.startedMs) return false;
    return changes.every(({ doneMs = Infinity }) => doneMs <= last.startedMs || doneMs === last.doneMs);
  }
}

function idsOf({ stays }: Person, room: string): string[] {
  return stays.filter((stay) => stay.room === room).map(({ id }) => id);
}
