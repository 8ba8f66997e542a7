import { fakeTrack } from "../../src/testing/index.js";
import type { TimedStep } from "./recording.js";
import { room, type World } from "./world.js";

/** Carries a step out, and records it. */
export function perform(world: World, step: TimedStep): void {
  world.steps.push(step);
  carryOut(world, step);
  if (step.sends === true) world.person(step.person).sendNumber();
}

function carryOut(world: World, step: TimedStep): void {
  const { clock, network, server } = world;
  const person = world.person(step.person);
  const { name, manager, published } = person;
  switch (step.action) {
    case "join":
      world.note(`${name} joins`);
      // A join may time out while the server is stopped.
      manager.join(room, { timeoutMs: 600_000 }).catch(() => undefined);
      return;
    case "leave":
      world.note(`${name} leaves`);
      void manager.leave();
      return;
    case "send":
      person.sendNumber();
      return;
    case "publish":
      world.note(`${name} publishes ${person.publish(step.kinds)}`);
      return;
    case "stop":
      world.note(`${name} stops ${step.label}`);
      person.stop(step.label);
      return;
    case "replace":
      world.note(`${name} replaces a track of ${step.label}`);
      // It does not settle if the connection closes meanwhile, as in browsers.
      published
        .get(step.label)
        ?.publication.replace(fakeTrack(step.kind))
        .catch(() => undefined);
      return;
    case "swap":
      person.stop(step.label);
      world.note(`${name} swaps ${step.label} for ${person.publish(step.kinds)}`);
      return;
    case "restart-ice": {
      const peer = [...manager.peers.values()][step.peer];
      world.note(`${name} restarts ICE with ${String(peer?.id.slice(0, 6))}`);
      peer?.connection?.restartIce();
      return;
    }
    case "cut-socket": {
      const [clientMs, serverMs] = [step.clientMs ?? Infinity, step.serverMs ?? Infinity];
      world.note(
        `${name}'s socket is cut for ${step.ms.toFixed(0)} ms (noticed after ${String(clientMs)}, by the ` +
          `server after ${String(serverMs)})`,
      );
      server.cut(person.socket, { clientMs, serverMs });
      clock.after(step.ms, () => server.restore(person.socket));
      return;
    }
    case "cut-path":
      world.note(`the path ${step.ends.join(" - ")} is cut for ${step.ms.toFixed(0)} ms`);
      network.cut(...step.ends);
      clock.after(step.ms, () => network.mend(...step.ends));
      return;
    case "restart-server":
      world.note(`the server is away for ${step.ms.toFixed(0)} ms`);
      server.stop();
      clock.after(step.ms, () => server.start());
      return;
    case "lose-messages": {
      const { drop, duplicate, reorder } = step;
      world.note(`messages are unsafe for ${step.ms.toFixed(0)} ms: ${JSON.stringify({ drop, duplicate, reorder })}`);
      server.faults({ drop, duplicate, reorder });
      clock.after(step.ms, () => server.faults({}));
      return;
    }
    case "fail-operation": {
      world.note(`${step.operation} of ${name} fails once`);
      const end = network.fail(step.operation, { host: name, times: 1 });
      clock.after(1000, end);
      return;
    }
  }
}

/** Repairs everything that was broken. */
export function repairAll(world: World): void {
  world.note("everything is repaired");
  world.server.start();
  world.server.faults({});
  world.network.mend();
  for (const { socket } of world.people) world.server.restore(socket);
}
