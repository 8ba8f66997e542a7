import type { World } from "./world.js";

/** Adds every signaling message and every event of the managers to the trace. */
export function observe(world: World): void {
  world.server.observe(({ direction, socket, event, payload }) => {
    const { from, to, offerId, link, candidate, reason, state } = (payload ?? {}) as Record<string, unknown>;
    const ends = [from, to].map((id) => String(id).slice(0, 6)).join(" -> ");
    const line = (candidate as { sdp?: string } | undefined)?.sdp;
    world.note(
      `  ${direction} ${socket.slice(0, 4)} ${event} ${ends} ` +
        JSON.stringify({ offerId, link, line: line?.slice(0, 12), reason, state }),
    );
  });
  for (const { name, manager } of world.people) {
    manager.on("state", (state) => world.note(`  ${name} is ${state} ${String(manager.id).slice(0, 6)}`));
    manager.on("peerState", (peer, state) => world.note(`  ${name}: ${peer.id.slice(0, 6)} is ${state}`));
    manager.on("peerJoined", (peer) => world.note(`  ${name}: ${peer.id.slice(0, 6)} joined`));
    manager.on("peerLeft", (peer, reason) => world.note(`  ${name}: ${peer.id.slice(0, 6)} left: ${reason}`));
    manager.on("error", (error) => world.note(`  ${name}: ${error.code} ${String(error.cause)}`));
  }
}
