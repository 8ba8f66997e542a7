import { fakeTrack } from "../../src/testing/index.js";
import type { Kind, Person } from "./person.js";
import { room, type World } from "./world.js";

/** Something that somebody does, or that happens to them. */
type Action = (world: World, person: Person) => void;

const kinds: readonly (readonly Kind[])[] = [["audio", "video"], ["video"], ["audio"]];

export const join: Action = (world, person) => {
  if (!person.isOut) return;
  world.note(`${person.name} joins`);
  // Where the server is away for longer than a join waits, it comes to nothing: that is its right.
  person.manager.join(room, { timeoutMs: 600_000 }).catch(() => undefined);
};

const leave: Action = (world, person) => {
  if (person.isOut) return;
  world.note(`${person.name} leaves`);
  void person.manager.leave();
};

const publish: Action = (world, person) => {
  if (person.published.size >= 3) return;
  world.note(`${person.name} publishes ${person.publish(world.oneOf(kinds))}`);
};

const stop: Action = (world, person) => {
  if (person.published.size === 0) return;
  const label = world.oneOf([...person.published.keys()]);
  world.note(`${person.name} stops ${label}`);
  person.stop(label);
};

const replace: Action = (world, person) => {
  if (person.published.size === 0) return;
  const [label, { publication, kinds: of }] = world.oneOf([...person.published]);
  world.note(`${person.name} replaces a track of ${label}`);
  // With a connection that is closed meanwhile it does not settle, as in browsers.
  publication.replace(fakeTrack(world.oneOf(of))).catch(() => undefined);
};

const swap: Action = (world, person) => {
  if (person.published.size === 0) return;
  const label = world.oneOf([...person.published.keys()]);
  const next = world.oneOf(kinds);
  person.stop(label);
  world.note(`${person.name} swaps ${label} for ${person.publish(next)}`);
};

const restartIce: Action = (world, person) => {
  const peers = [...person.manager.peers.values()];
  if (peers.length === 0) return;
  const peer = world.oneOf(peers);
  world.note(`${person.name} restarts ICE with ${peer.id.slice(0, 6)}`);
  peer.connection?.restartIce();
};

const cutSocket: Action = (world, person) => {
  const takes = [100, 5000, 45_000];
  const clientMs = world.oneOf([0, 3000, Infinity]);
  const serverMs = world.oneOf([0, 3000, Infinity]);
  const ms = world.chance() * world.oneOf(takes);
  world.note(
    `${person.name}'s socket is cut for ${ms.toFixed(0)} ms (noticed after ${String(clientMs)}, by the server after ${String(serverMs)})`,
  );
  world.signaling.cut(person.socket, { clientMs, serverMs });
  world.clock.after(ms, () => world.signaling.restore(person.socket));
};

const cutPath: Action = (world, person) => {
  const other = world.oneOf(world.people.filter((one) => one !== person));
  const ms = world.chance() * world.oneOf([1000, 8000, 40_000]);
  const ends = world.oneOf([[person.name, other.name], [person.name], []] as const);
  world.note(`the path ${ends.join(" - ")} is cut for ${ms.toFixed(0)} ms`);
  world.network.cut(...ends);
  world.clock.after(ms, () => world.network.mend(...ends));
};

const restartServer: Action = (world) => {
  const ms = world.chance() * world.oneOf([100, 3000, 40_000]);
  world.note(`the server is away for ${ms.toFixed(0)} ms`);
  world.signaling.stop();
  world.clock.after(ms, () => world.signaling.start());
};

const loseMessages: Action = (world) => {
  const rate = (): number => world.oneOf([0, 0.05, 0.3]);
  const faults = { drop: rate(), duplicate: rate(), reorder: rate() };
  // What comes after all of this an older client does not make up for.
  if (world.scenario.withoutLink === true) Object.assign(faults, { drop: 0, reorder: 0 });
  const ms = world.chance() * 5000;
  world.note(`messages are unsafe for ${ms.toFixed(0)} ms: ${JSON.stringify(faults)}`);
  world.signaling.faults(faults);
  world.clock.after(ms, () => world.signaling.faults({}));
};

const failSteps: Action = (world, person) => {
  const operation = world.oneOf([
    "constructor",
    "setLocalDescription",
    "setRemoteDescription",
    "addIceCandidate",
  ] as const);
  world.note(`${operation} of ${person.name} fails once`);
  const end = world.network.fail(operation, { host: person.name, times: 1 });
  world.clock.after(1000, end);
};

/** Plans what happens in this run. */
export function plan(world: World): void {
  const { scenario } = world;
  const actions: Action[] = [join, join, join, leave, publish, publish, publish, stop, replace, swap];
  if (scenario.restarts === true) actions.push(restartIce, restartIce);
  if (scenario.cutSockets === true) actions.push(cutSocket, cutSocket);
  if (scenario.cutPaths === true) actions.push(cutPath, cutPath);
  if (scenario.serverRestarts === true) actions.push(restartServer);
  if (scenario.lossy === true) actions.push(loseMessages, loseMessages);
  if (scenario.failures === true) actions.push(failSteps);
  const span = world.oneOf([50, 1000, 10_000]);
  for (const person of world.people) {
    if (world.chance() < 0.9) world.clock.after(world.chance() * span * 0.2, () => join(world, person));
  }
  const count = 4 + world.below(14);
  for (let index = 0; index < count; index++) {
    const action = world.oneOf(actions);
    const person = world.oneOf(world.people);
    world.clock.after(world.chance() * span, () => {
      action(world, person);
      person.say();
    });
  }
}

/** Everything that was broken is whole again, and at least two people are there. */
export function makeWhole(world: World): void {
  world.note("everything is whole again");
  world.signaling.start();
  world.signaling.faults({});
  world.network.mend();
  for (const { socket } of world.people) world.signaling.restore(socket);
  for (const person of world.people)
    if (person.isOut && (world.chance() < 0.5 || world.people.filter(({ isOut }) => !isOut).length < 2))
      join(world, person);
}
