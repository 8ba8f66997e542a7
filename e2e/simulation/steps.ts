import type { ClientStep, LinkFault, NodeFault, RedisFault, Step } from "./recording.js";
import type { World } from "./world.js";

/** Carries a step out, as far as it can be done now. */
export function perform(world: World, step: Step): void {
  if (step.action === "kick" || step.action === "attributes") world.decisions.take(world, step);
  else if ("ms" in step || step.action === "flush-redis") {
    if ("client" in step) breakLink(world, step);
    else if ("node" in step) breakNode(world, step);
    else breakRedis(world, step);
  } else act(world, step);
}

function act(world: World, step: ClientStep): void {
  const person = world.person(step.client);
  const { page } = person;
  // A person can do nothing in a page that is frozen but to reload it.
  if (page.process.isFrozen && step.action !== "reload") return;
  switch (step.action) {
    case "join":
      page.join(step.room);
      return;
    case "leave":
      if (!page.isOut) page.leave();
      return;
    case "send":
      page.send();
      return;
    case "publish":
      page.publish(step.kind);
      return;
    case "stop":
      page.stop();
      return;
    case "metadata":
      page.setMetadata({ at: world.clock.now() });
      return;
    case "restart-ice":
      page.restartIce(step.peer);
      return;
    case "reload":
      person.reload(step.crashes);
      return;
  }
}

function breakLink(world: World, step: LinkFault): void {
  const { clock, network } = world;
  const person = world.person(step.client);
  const { link } = person;
  switch (step.action) {
    case "cut":
      person.cut(step.clientMs ?? Infinity, step.serverMs ?? Infinity);
      clock.after(step.ms, () => person.restore());
      return;
    case "delay":
      link.delayMs = step.byMs;
      clock.after(step.ms, () => {
        link.delayMs = 0;
      });
      return;
    case "duplicate":
      link.duplicateRate = step.rate;
      clock.after(step.ms, () => {
        link.duplicateRate = 0;
      });
      return;
    case "cut-path":
      network.cut(step.client, step.to);
      clock.after(step.ms, () => network.mend(step.client, step.to));
      return;
    case "freeze-page":
      person.freeze({ ...step, serverMs: step.serverMs ?? Infinity });
      return;
  }
}

function breakNode({ cluster, clock }: World, step: NodeFault): void {
  const { client } = cluster.node(step.node);
  switch (step.action) {
    case "freeze":
      cluster.freeze(step.node, step.ms);
      return;
    case "kill":
      cluster.kill(step.node, step.ms, step.noticeMs);
      return;
    case "drain":
      cluster.drain(step.node, step);
      return;
    case "cut-redis":
      client.cut(step.how);
      clock.after(step.ms, () => client.restore());
      return;
    case "lose-subscription":
      client.lose({ subscribersOnly: true });
      return;
  }
}

function breakRedis({ cluster }: World, step: RedisFault): void {
  if (step.action === "restart-redis") cluster.restartRedis(step.ms);
  else cluster.redis.flush();
}
