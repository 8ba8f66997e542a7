import { createRandom, oneOf, type Random } from "../../packages/client/test/exploration/seeded-randomness.js";
import type { Recording, Step, TimedStep } from "./recording.js";

/** Everybody, and the room that each is in most of the time. */
export const homes: readonly (readonly [client: string, room: string])[] = [
  ["ada", "red"],
  ["bob", "red"],
  ["cleo", "red"],
  ["dan", "green"],
  ["eve", "green"],
  ["fay", "green"],
  ["gus", "blue"],
  ["hal", "blue"],
];

export const nodeCount = 3;

/** Every fault ends by itself before then. */
export const repairedAtMs = 15_000;

type Choose = (random: Random, client: string, room: string) => Step;

const join: Choose = (random, client, room) => ({
  client,
  action: "join",
  room: random.chance(0.85) ? room : oneOf(random, homes)[1],
});

const choices: readonly (readonly [weight: number, choose: Choose])[] = [
  [4, join],
  [2, (_, client) => ({ client, action: "leave" })],
  [4, (_, client) => ({ client, action: "send" })],
  [2, (random, client) => ({ client, action: "publish", kind: oneOf(random, ["audio", "video"] as const) })],
  [1, (_, client) => ({ client, action: "stop" })],
  [1, (_, client) => ({ client, action: "metadata" })],
  [1, (random, client) => ({ client, action: "restart-ice", peer: random.below(2) })],
  [2, (random, client) => ({ client, action: "reload", crashes: random.chance(0.5) })],
  [3, chooseCut],
  [1, (random, client) => ({ client, action: "delay", byMs: oneOf(random, [100, 800]), ms: 5000 * random.next() })],
  [1.5, (random, client) => ({ client, action: "duplicate", rate: 0.8, ms: 4000 + 5000 * random.next() })],
  [2, chooseCutPath],
  [1.5, chooseFreezePage],
  [1, (random) => ({ ...node(random), action: "freeze", ms: oneOf(random, [300, 3000, 9000]) * random.next() })],
  [2, chooseKill],
  [1, chooseDrain],
  [2, chooseCutRedis],
  [1, (random) => ({ ...node(random), action: "lose-subscription", ms: 0 })],
  [0.5, (random) => ({ action: "restart-redis", ms: oneOf(random, [50, 2000]) * random.next() })],
  [0.5, () => ({ action: "flush-redis" })],
];

const total = choices.reduce((sum, [weight]) => sum + weight, 0);

function node(random: Random): { readonly node: number } {
  return { node: random.below(nodeCount) };
}

function chooseCut(random: Random, client: string): Step {
  const notice = (): number | null => oneOf(random, [0, 3000, null]);
  const ms = oneOf(random, [100, 4000, 9000]) * random.next();
  return { client, action: "cut", clientMs: notice(), serverMs: notice(), ms };
}

function chooseCutPath(random: Random, client: string, room: string): Step {
  const neighbors = homes.filter(([other, home]) => other !== client && home === room);
  return {
    client,
    action: "cut-path",
    to: oneOf(random, neighbors)[0],
    ms: oneOf(random, [1000, 9000]) * random.next(),
  };
}

/** A phone may close the connections of a page that sleeps; otherwise its node misses the answer to a ping. */
function chooseFreezePage(random: Random, client: string): Step {
  const serverMs = oneOf(random, [0, 5000 + 4000 * random.next(), null]);
  const ms = oneOf(random, [300, 3000, 9000]) * random.next();
  return { client, action: "freeze-page", serverMs, isAnnounced: random.chance(0.5), ms };
}

function chooseKill(random: Random): Step {
  const noticeMs = oneOf(random, [0, 0, 4000]);
  return { ...node(random), action: "kill", noticeMs, ms: oneOf(random, [100, 8000]) * random.next() };
}

function chooseDrain(random: Random): Step {
  const withinMs = Math.round(oneOf(random, [0, 1500, 5000]) * random.next());
  const noticeMs = oneOf(random, [0, 1000]);
  return { ...node(random), action: "drain", withinMs, noticeMs, ms: oneOf(random, [100, 2000]) * random.next() };
}

function chooseCutRedis(random: Random): Step {
  const how = oneOf(random, ["lost", "stalled"] as const);
  return { ...node(random), action: "cut-redis", how, ms: oneOf(random, [500, 4000, 9000]) * random.next() };
}

function choose(random: Random): Step {
  let left = random.next() * total;
  const [client, room] = oneOf(random, homes);
  for (const [weight, chooseStep] of choices) {
    left -= weight;
    if (left < 0) return chooseStep(random, client, room);
  }
  return { client, action: "send" };
}

/** A kick, or other attributes: on any node, of anybody. */
function chooseDecision(random: Random): Step {
  const [client] = oneOf(random, homes);
  if (random.chance(0.5))
    return { ...node(random), action: "attributes", client, attributes: { role: random.below(1000) } };
  const by = oneOf(random, ["id", "user"] as const);
  return { ...node(random), action: "kick", client, by, banMs: oneOf(random, [null, 600_000]) };
}

/** The steps of a random run: almost everybody joins, and then tens of things happen. */
export function plan(seed: number): Recording {
  const random = createRandom(seed * 31 + 7);
  const setup = {
    seed,
    graceMs: oneOf(random, [2000, 8000]),
    latencyMs: [1, oneOf(random, [5, 40, 120])] as const,
  };
  const spanMs = oneOf(random, [1000, 3000, 6000]);
  const steps: TimedStep[] = [];
  for (const [client, room] of homes)
    if (random.chance(0.9)) steps.push({ at: random.next() * spanMs * 0.3, ...join(random, client, room) });
  const count = 6 + random.below(18);
  for (let index = 0; index < count; index++) steps.push({ at: random.next() * spanMs, ...choose(random) });
  // In every third run the application decides about members as well, by chance of its own. Redis keeps its data then:
  // with it, bans would be lost.
  const hasUsers = seed % 3 === 0;
  const decisions = createRandom(seed * 31 + 8);
  for (let left = hasUsers ? 2 + decisions.below(5) : 0; left > 0; left--)
    steps.push({ at: decisions.next() * spanMs, ...chooseDecision(decisions) });
  const isPossible = ({ action }: Step): boolean =>
    !hasUsers || !(action === "flush-redis" || action === "restart-redis");
  // In every fourth run some have a legacy client.
  const legacyRandom = createRandom(seed * 31 + 9);
  const legacy = seed % 4 === 0 ? homes.map(([name]) => name).filter(() => legacyRandom.chance(0.4)) : [];
  const possible = steps.filter(isPossible).sort((one, other) => one.at - other.at);
  return { setup: { ...setup, hasUsers, legacy }, steps: possible };
}
