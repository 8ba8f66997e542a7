import type { Random } from "../../src/testing/random.js";
import type { Person } from "./person.js";
import type { Delays, Kind, Step } from "./recording.js";
import { oneOf } from "./seeded-randomness.js";
import { perform } from "./steps.js";
import type { World } from "./world.js";

/** Chooses a step for a person, or nothing if it cannot be done now. */
type Choose = (random: Random, person: Person, world: World) => Step | undefined;

const kindLists: readonly (readonly Kind[])[] = [["audio", "video"], ["video"], ["audio"]];

const join: Choose = (_, { isOut }) => (isOut ? { action: "join" } : undefined);

const leave: Choose = (_, { isOut }) => (isOut ? undefined : { action: "leave" });

const publish: Choose = (random, { published }) =>
  published.size >= 3 ? undefined : { action: "publish", kinds: oneOf(random, kindLists) };

const stop: Choose = (random, { published }) =>
  published.size === 0 ? undefined : { action: "stop", label: oneOf(random, [...published.keys()]) };

const replace: Choose = (random, { published }) => {
  if (published.size === 0) return undefined;
  const [label, { kinds }] = oneOf(random, [...published]);
  return { action: "replace", label, kind: oneOf(random, kinds) };
};

const swap: Choose = (random, { published }) =>
  published.size === 0
    ? undefined
    : { action: "swap", label: oneOf(random, [...published.keys()]), kinds: oneOf(random, kindLists) };

const restartIce: Choose = (random, { manager }) =>
  manager.peers.size === 0 ? undefined : { action: "restart-ice", peer: random.below(manager.peers.size) };

const cutSocket: Choose = (random) => ({
  action: "cut-socket",
  clientMs: oneOf(random, [0, 3000, null]),
  serverMs: oneOf(random, [0, 3000, null]),
  ms: random.next() * oneOf(random, [100, 5000, 45_000]),
});

const cutPath: Choose = (random, person, { people }) => {
  const others = people.filter((one) => one !== person);
  const other = oneOf(random, others);
  const ms = random.next() * oneOf(random, [1000, 8000, 40_000]);
  return { action: "cut-path", ends: oneOf(random, [[person.name, other.name], [person.name], []]), ms };
};

const restartServer: Choose = (random) => ({
  action: "restart-server",
  ms: random.next() * oneOf(random, [100, 3000, 40_000]),
});

const loseMessages: Choose = (random, _, { scenario }) => {
  const rate = (): number => oneOf(random, [0, 0.05, 0.3]);
  const rates = { drop: rate(), duplicate: rate(), reorder: rate() };
  // An older client, which numbers no messages, does not recover from these two.
  if (scenario.withoutLink === true) Object.assign(rates, { drop: 0, reorder: 0 });
  return { action: "lose-messages", ...rates, ms: random.next() * 5000 };
};

const failOperation: Choose = (random) => ({
  action: "fail-operation",
  operation: oneOf(random, ["constructor", "setLocalDescription", "setRemoteDescription", "addIceCandidate"] as const),
});

export function chooseDelays(random: Random): Delays {
  const slowness = random.below(3);
  return {
    candidates: 1 + random.below(2),
    operationMs: [0, [1, 5, 40][slowness] ?? 5],
    gatheringMs: [0, [2, 15, 60][random.below(3)] ?? 15],
    signalingMs: [1, [4, 30, 150][random.below(3)] ?? 30],
    graceMs: [2000, 30_000][random.below(2)] ?? 30_000,
  };
}

/** Schedules the steps of a run. What a step does in detail is chosen when its time has come. */
export function plan(world: World, random: Random): void {
  const { scenario, clock, people } = world;
  const choices: Choose[] = [join, join, join, leave, publish, publish, publish, stop, replace, swap];
  if (scenario.restarts === true) choices.push(restartIce, restartIce);
  if (scenario.cutSockets === true) choices.push(cutSocket, cutSocket);
  if (scenario.cutPaths === true) choices.push(cutPath, cutPath);
  if (scenario.serverRestarts === true) choices.push(restartServer);
  if (scenario.unreliable === true) choices.push(loseMessages, loseMessages);
  if (scenario.failures === true) choices.push(failOperation);
  const spanMs = oneOf(random, [50, 1000, 10_000]);
  for (const person of people)
    if (random.next() < 0.9)
      clock.after(random.next() * spanMs * 0.2, () => {
        const step = join(random, person, world);
        if (step !== undefined) perform(world, { at: clock.now(), person: person.name, ...step });
      });
  const count = 4 + random.below(14);
  for (let index = 0; index < count; index++) {
    const choose = oneOf(random, choices);
    const person = oneOf(random, people);
    clock.after(random.next() * spanMs, () => {
      const step = choose(random, person, world);
      const when = { at: clock.now(), person: person.name };
      perform(world, step === undefined ? { ...when, action: "send" } : { ...when, ...step, sends: true });
    });
  }
}

/** The people who join once everything is repaired: at least two are in the room then. */
export function chooseJoinsAtEnd({ people }: World, random: Random): string[] {
  const joins: string[] = [];
  for (const { isOut, name } of people) {
    const present = people.filter((person) => !person.isOut).length + joins.length;
    if (isOut && (random.next() < 0.5 || present < 2)) joins.push(name);
  }
  return joins;
}
