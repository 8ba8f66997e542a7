import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { hasRedis } from "../../../packages/server/test/redis/redis-server.js";
import { unpackVersionOne, type VersionOne } from "../../support/version-one.js";
import { MixedCall } from "./mixed-call.js";
import { faultsOf, MixedCluster } from "./mixed-cluster.js";
import { bundlePrograms, earlierClient, type NodePrograms, type Version } from "./versions.js";

describe.skipIf(!hasRedis)("Three nodes of the version before, replaced one by one", () => {
  let programs: NodePrograms;
  let earlier: Awaited<ReturnType<typeof earlierClient>>;
  let one: VersionOne;
  beforeAll(async () => {
    [programs, earlier, one] = await Promise.all([bundlePrograms(), earlierClient(), unpackVersionOne()]);
  });
  afterAll(async () => {
    await Promise.all([programs.remove(), one.remove()]);
  });

  it("F61: clients of three versions go on with their call, and nobody leaves it", async () => {
    const upgraded = await MixedCluster.start(programs, 3);
    onTestFinished(() => upgraded.close());
    const { cluster } = upgraded;
    const call = new MixedCall(upgraded, { one: one.client.PeerManager, earlier: earlier.PeerManager });
    await call.addResident(0, "one");
    for (const [at, { entrance }] of upgraded.places.entries()) {
      await call.addResident(at, "this");
      await call.addResident(at, "earlier");
      // Two more, whose messages are numbered and recorded.
      for (let count = 0; count < 2; count += 1) await cluster.join(entrance);
    }
    const { ids } = call;
    const replace = async (at: number, version: Version): Promise<void> => {
      const talking = setInterval(() => cluster.chatter(1), 200);
      await upgraded.replace(at, version).finally(() => clearInterval(talking));
      await call.joined();
      await call.exchange(`${version}-${at}`);
    };

    await call.exchange("before");
    const connections = call.residents.map((person) => person.connections);
    await replace(2, "this");
    await replace(1, "this");
    // The first member that knows offers with joins is on the node that is replaced last.
    expect(call.offeredTo, "an offer came with a join to a node of the version before").toContain(ids[1]);
    await replace(0, "this");
    // A rollback.
    await replace(1, "earlier");

    await cluster.settled();
    expect(faultsOf(cluster.nodes)).toEqual([]);
    expect(call.ids).toEqual(ids);
    expect(call.residents.flatMap((person, at) => person.connectionsThatDiffer(connections[at]!))).toEqual([]);
    expect(call.residents.flatMap((person) => person.of("error"))).toEqual([]);
    expect(cluster.peers.flatMap((peer) => peer.seen("exit"))).toEqual([]);
  });
});
