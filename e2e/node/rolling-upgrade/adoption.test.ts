import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Cluster } from "../../../packages/server/test/history/cluster.js";
import { hasRedis } from "../../../packages/server/test/redis/redis-server.js";
import { faultsOf } from "./mixed-cluster.js";
import { bundlePrograms, type NodePrograms, type Version } from "./versions.js";

describe.skipIf(!hasRedis)("The members of a node that is killed", () => {
  let programs: NodePrograms;
  beforeAll(async () => {
    programs = await bundlePrograms();
  });
  afterAll(() => programs.remove());

  /** A node is killed: some of its members come back on the other one, and one does not. */
  const kill = async (dead: Version, adopter: Version): Promise<void> => {
    const cluster = await Cluster.start(programs[dead], 1, { graceMs: 1000 });
    const [one, two] = [cluster.node(0), await cluster.addNode({}, programs[adopter])];
    const witness = await cluster.join(two);
    cluster.balancer.targets = [one.port];
    const movers = [await cluster.join(), await cluster.join()];
    const lost = await cluster.join();
    cluster.chatter();
    await cluster.delivered();
    cluster.balancer.targets = [two.port];
    // Nobody notices its end: the process is stopped.
    one.signal("SIGSTOP");
    lost.close();
    await one.kill();
    await Promise.all(movers.map((peer) => peer.until("the return", () => peer.isMember, 5000)));
    cluster.chatter();
    await witness.until("the exit", () => witness.seen("exit").length > 0, 12_000);
    await cluster.delivered();
    expect(witness.seen("presence").filter(({ id }) => id === lost.id)).toMatchObject([{ state: "away" }]);
    expect(witness.seen("exit")).toMatchObject([{ id: lost.id, reason: "lost" }]);
    await cluster.settled();
    expect(faultsOf(cluster.nodes)).toEqual([]);
  };

  it("F61: are adopted by a node of the other version, whichever of the two it is", async () => {
    await Promise.all([kill("earlier", "this"), kill("this", "earlier")]);
  });
});
