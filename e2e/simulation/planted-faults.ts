import type { ChangedLine } from "./bundle.js";

/** A fault of one line, which the simulation has to find. */
export interface PlantedFault extends ChangedLine {
  readonly name: string;
}

/** In the server: who is there, and what other nodes do. */
const serverFaults: readonly PlantedFault[] = [
  {
    name: "a join whose connection has ended goes on",
    file: "server/src/admission.ts",
    line: "if (rejectedByNow !== undefined) return rejectedByNow;",
    by: "",
  },
  {
    name: "a member that does not come back stays",
    file: "server/src/presence.ts",
    line: "clock.after(graceMs, () => expire(core, membership));",
    by: "clock.after(graceMs, () => undefined);",
  },
  {
    name: "a member that has come back leaves all the same",
    file: "server/src/enter-room.ts",
    line: "  membership.cancelGrace?.();",
    by: "",
  },
  {
    name: "an exit on another node is not announced",
    file: "server/src/nodes/room-changes.ts",
    line: "announceExit(core, room, { id, awayAt }, reason);",
    by: "",
  },
  {
    name: "members that appear in the store are not announced",
    file: "server/src/nodes/room-changes.ts",
    line: "for (const entry of members) if (entry.node !== core.node) applyEntry(core, room, entry);",
    by: "",
  },
  {
    name: "members that are missing in the store stay",
    file: "server/src/nodes/room-changes.ts",
    line: "if (absent.length > 0) core.settings.clock.after(absentMs,",
    by: "if (absent.length > 1000) core.settings.clock.after(absentMs,",
  },
  {
    name: "a member that another node holds now is held here as well",
    file: "server/src/presence.ts",
    line: "  room.held.delete(id);\n  const awayAt",
    by: "  const awayAt",
  },
  {
    name: "offers reach no other node",
    file: "server/src/routing/node-router.ts",
    line: 'else this.#send(node, { kind: "deliver", session, event, payload });',
    by: 'else if (event !== "offer") this.#send(node, { kind: "deliver", session, event, payload });',
  },
];

/** In the server: a node stops, or a member goes from one to another. */
const drainFaults: readonly PlantedFault[] = [
  {
    name: "a node that drains admits joins",
    file: "server/src/handlers/join-room.ts",
    line: "if (core.draining !== undefined && !isRenewal(context, payload)) {",
    by: "if (core.draining !== undefined && core.closing) {",
  },
  {
    name: "members that are left after a drain are not handed over",
    file: "server/src/drain.ts",
    line: "if (this.#core.shared !== undefined) handOver(this.#core, (connection) => this.#close(connection));",
    by: "",
  },
  {
    name: "a member that another node ends is reported here too",
    file: "server/src/nodes/room-changes.ts",
    line: "  if (!room.members.delete(id)) return;",
    by: [
      "  if (!room.members.delete(id)) return;",
      '  core.events.emit("peerLeft", { room: room.name, peer: { id }, reason } as never);',
    ].join("\n"),
  },
];

/** In the server: what the application decides about members. */
const applicationFaults: readonly PlantedFault[] = [
  {
    name: "a member that is kicked is not banned",
    file: "server/src/kick.ts",
    line: "const banned = (async () => core.settings.roster.ban(room, id, banMs))();",
    by: "const banned = Promise.resolve();",
  },
  {
    name: "a member of another node is not kicked",
    file: "server/src/kick.ts",
    line: "if (found !== undefined) await kickElsewhere(core, shared, room, found, message);",
    by: "",
  },
  {
    name: "attributes that another node has set are not taken over",
    file: "server/src/nodes/room-changes.ts",
    line: "else takeAttributes(core, room, change.entry);",
    by: "",
  },
];

/** In the roster that nodes share. */
const redisFaults: readonly PlantedFault[] = [
  {
    name: "every member of a room is adopted with those of the dead node",
    file: "server/src/redis/adoption.ts",
    line: "if (stored?.owner !== dead) continue;",
    by: "if (stored === undefined) continue;",
  },
  {
    name: "dead nodes are found after ten minutes",
    file: "server/src/redis/node-registry.ts",
    line: "const deadMs = 6_000;",
    by: "const deadMs = 600_000;",
  },
  {
    name: "a node that Redis has forgotten restores nothing",
    file: "server/src/redis/redis-roster.ts",
    line: 'this.#rooms.repair(known ? "failed" : "all");',
    by: 'this.#rooms.repair("failed");',
  },
  {
    name: "a subscription that was lost is believed complete",
    file: "server/src/redis/subscription.ts",
    line: "if (isSubscribed && isCurrent()) this.#succeed();",
    by: "",
  },
  {
    name: "scripts that Redis has forgotten are not sent again",
    file: "server/src/redis/script.ts",
    line: 'if (!(cause instanceof Error) || !cause.message.startsWith("NOSCRIPT")) throw cause;',
    by: "if (Math.random() < 0.5) throw cause;",
  },
  {
    name: "the rooms of a node are not listed for its adopter",
    file: "server/src/redis/entered-rooms.ts",
    line: "this.#store.enterRoom(room).catch(() => {",
    by: "Promise.resolve().catch(() => {",
  },
  {
    name: "what another node has taken over is still restored",
    file: "server/src/redis/room-view.ts",
    line: 'return stored.claim > own.claim ? "release" : "none";',
    by: 'return "none";',
  },
  {
    name: "a live member that was adopted is not restored",
    file: "server/src/redis/room-view.ts",
    line: 'return own.adopted ? "release" : "restore";',
    by: 'return own.adopted ? "release" : "none";',
  },
];

/** In the client. */
const clientFaults: readonly PlantedFault[] = [
  {
    name: "a client that was cut off does not join again",
    file: "client/src/signaling/membership.ts",
    line: "if (!this.#pageLeft && !this.#over) void this.#enter();",
    by: 'if (!this.#pageLeft && this.state === "joining") void this.#enter();',
  },
  {
    name: "peers that have left while a client was away stay",
    file: "client/src/room/room.ts",
    line: "for (const peer of this.peers.values()) if (!listed.has(peer.id)) this.#missing(peer);",
    by: "",
  },
  {
    name: "a page that goes on after it was frozen does not join again",
    file: "client/src/signaling/page-lifecycle.ts",
    line: "resume: () => wake({ slept: true }),",
    by: "resume: () => listener.pageLeft(),",
  },
  {
    name: "a join without an answer is not repeated",
    file: "client/src/signaling/membership.ts",
    line: "if (this.#channel.connected) this.#nextJoin.schedule(() => this.connected());",
    by: "",
  },
  {
    name: "nobody is polite",
    file: "protocol/src/politeness.ts",
    line: "return selfId < remoteId;",
    by: "return false;",
  },
  {
    name: "lost messages are not resent",
    file: "client/src/negotiation/reliable-link.ts",
    line: "for (const numbered of due) transmit(state, numbered, true, effects);",
    by: "",
  },
  {
    name: "duplicates are delivered",
    file: "client/src/negotiation/reliable-link.ts",
    line: "if (numbered.seq > received && numbered.seq <= received + maxEarly",
    by: 'if (numbered.seq <= received) effects.push({ type: "deliver", message: numbered.message }); else if (true',
  },
  {
    name: "messages of old connections count for the present one",
    file: "client/src/negotiation/connection-epoch.ts",
    line: 'if (received === own) return "same";',
    by: 'if (own !== undefined) return "same";',
  },
];

/** What becomes of legacy clients, and of others towards them: nobody else reveals it. */
const legacyFaults: readonly PlantedFault[] = [
  {
    name: "legacy clients are not notified of exits",
    file: "server/src/announcements.ts",
    line: "({ joinedAt }) => awayAt === undefined || joinedAt <= awayAt,",
    by: "() => false,",
  },
  {
    name: "a legacy client whose connection has ended is away",
    file: "server/src/presence.ts",
    line: "const isKeyed = entryOf(membership)?.keyed === true;",
    by: "const isKeyed = entryOf(membership) !== undefined;",
  },
  {
    name: "legacy clients of a dead node are adopted as well",
    file: "server/src/redis/adoption.ts",
    line: "const next = entry.keyed ? { entry: away, owner: adopter, place } : undefined;",
    by: "const next = { entry: away, owner: adopter, place };",
  },
  {
    name: "the end of a legacy client of a dead node is not reported",
    file: "server/src/redis/entries-of-others.ts",
    line: "if (next === undefined) this.#notifyEnded(room, stored.entry);",
    by: "",
  },
  {
    name: "legacy clients receive fields that they do not know",
    file: "server/src/handlers/relay.ts",
    line: "return keyed ? Object.assign(payload, { from }) : basePayload(payload, from);",
    by: "return Object.assign(payload, { from });",
  },
  {
    name: "a client waits for the offer of a legacy client without a limit",
    file: "client/src/negotiation/recovery.ts",
    line: 'if (state.path === "none") return result(state, timer(times.offerMs + politeDelay(state, times)));',
    by: 'if (state.path === "none") return result(state, timer(state.replaceable ? times.offerMs : undefined));',
  },
];

/** Each is found by one of these runs. */
export const searchedSeeds = 300;

export const plantedFaults: readonly PlantedFault[] = [
  ...serverFaults,
  ...drainFaults,
  ...applicationFaults,
  ...redisFaults,
  ...clientFaults,
  ...legacyFaults,
];
