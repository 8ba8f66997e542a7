import { FakeClock, FakeNetwork, MemorySignaling } from "../../src/testing/index.js";
import { createRandom } from "../../src/testing/random.js";
import { oneOf, withSeededRandomness } from "../exploration/seeded-randomness.js";
import { Member, actions, events, room, type Action, type EventName } from "./member.js";

/** What a listener of one member does, when the event occurs for the `nth` time. */
export interface Step {
  readonly member: number;
  readonly event: EventName;
  readonly nth: number;
  readonly action: Action;
}

/** Chooses the steps of a run. */
export function stepsOf(seed: number): Step[] {
  const random = createRandom(seed * 17 + 5);
  return Array.from({ length: 1 + random.below(6) }, () => ({
    member: random.below(2),
    event: oneOf(random, events),
    nth: 1 + random.below(3),
    action: oneOf(random, actions),
  }));
}

/**
 * Members come, go, and in some runs lose a socket or a path, while their listeners act. Then the listeners are quiet
 * and everybody joins: all have to be connected. At last everybody leaves. Returns what is wrong.
 */
export function walk(seed: number, steps: readonly Step[]): Promise<string[]> {
  return withSeededRandomness(seed, async () => {
    const clock = new FakeClock();
    const network = new FakeNetwork({ clock, seed });
    const signaling = new MemorySignaling({ clock, seed: seed + 1 });
    const names = seed % 8 === 0 ? ["ada", "bob", "cleo"] : ["ada", "bob"];
    const members = names.map((name) => new Member(name, signaling.socket(), clock, network));
    const quiet = steps.flatMap((step) =>
      members.slice(step.member, step.member + 1).map((member) => listen(member, step)),
    );
    const [ada, bob] = members as [Member, Member];
    void ada.act("publish");
    void bob.act("publishAgain");
    for (const member of members) member.join();
    await clock.advance(1000);
    for (const peer of ada.manager.peers.values()) if (peer.state === "connected") peer.send("greeting", "hello");
    if (seed % 3 === 0) {
      signaling.cut(bob.socket, { clientMs: 0, serverMs: 0 });
      clock.after(500, () => signaling.restore(bob.socket));
    }
    if (seed % 5 === 0) {
      network.cut("ada", "bob");
      clock.after(6000, () => network.mend());
    }
    await clock.advance(8000);
    void bob.manager.leave();
    await clock.advance(500);
    for (const off of quiet) off();
    for (const member of members) member.join();
    await clock.runOut();
    const violations = members.flatMap((member) => [...member.violations, ...unconnected(member, members)]);
    for (const member of members) member.stopAll();
    await Promise.all(members.map(({ manager }) => clock.settle(manager.leave())));
    await clock.runOut();
    for (const { present, manager, socket } of members) {
      if (present.size > 0 || manager.peers.size > 0) violations.push("Peers are left.");
      if (socket.listenerCount > 0) violations.push("Listeners are left on the socket.");
    }
    if (network.connections.live > 0) violations.push(`${String(network.connections.live)} connections are left.`);
    if (clock.pending > 0) violations.push(`${String(clock.pending)} timers are left.`);
    if (signaling.peers(room).length > 0) violations.push("The server still lists peers.");
    return violations;
  });
}

function listen(member: Member, { event, nth, action }: Step): () => void {
  let count = 0;
  // The promise of a listener that rejects is what is tested.
  const listener: () => unknown = () => (++count === nth ? member.act(action) : undefined);
  return member.manager.on(event, listener);
}

function unconnected({ manager }: Member, members: readonly Member[]): string[] {
  const states = [...manager.peers.values()].map(({ state }) => state);
  return manager.state === "joined" &&
    states.length === members.length - 1 &&
    states.every((state) => state === "connected")
    ? []
    : [`A member is ${manager.state} and its peers are ${states.join(", ")}.`];
}
