import { expect } from "vitest";
import { Cluster } from "../../../packages/server/test/history/cluster.js";
import type { ClusterNode } from "../../../packages/server/test/history/cluster-node.js";
import { TcpLink } from "../../../packages/server/test/history/tcp-link.js";
import type { NodePrograms, Version } from "./versions.js";

/** How long a drain takes: half of it goes by before the last client moves. */
const drainMs = 1000;

/** Where the clients of one place connect: to the node there, or to the next one while there is none. */
interface Place {
  readonly entrance: TcpLink;
  node: ClusterNode;
}

/** Nodes of two versions with one Redis. Everything ends with the test. */
export class MixedCluster {
  readonly cluster: Cluster;
  readonly places: Place[];
  readonly #programs: NodePrograms;

  private constructor(programs: NodePrograms, cluster: Cluster, places: Place[]) {
    this.#programs = programs;
    this.cluster = cluster;
    this.places = places;
  }

  /** Nodes of the earlier version. */
  static async start(programs: NodePrograms, count: number): Promise<MixedCluster> {
    const cluster = await Cluster.start(programs.earlier, count, { rateLimit: false });
    const enter = async (node: ClusterNode): Promise<Place> => ({ entrance: await TcpLink.open(node.port), node });
    return new MixedCluster(programs, cluster, await Promise.all(cluster.nodes.map(enter)));
  }

  /** Drains the node of a place, starts one of a version there, and brings the clients back to it. */
  async replace(at: number, version: Version): Promise<void> {
    const [place, next] = [this.place(at), this.place(at + 1)];
    // As a load balancer does: it sends nobody to a node that is about to stop.
    place.entrance.targets = [next.node.port];
    expect(await place.node.drain(drainMs)).toBe(0);
    place.node = await this.cluster.addNode({}, this.#programs[version]);
    place.entrance.targets = [place.node.port];
    place.entrance.cut();
  }

  place(at: number): Place {
    return this.places[at % this.places.length]!;
  }

  async close(): Promise<void> {
    await Promise.all(this.places.map(({ entrance }) => entrance.close()));
  }
}

/** What nodes have reported of their roster: messages of other nodes that they could not read, say. */
export function faultsOf(nodes: readonly ClusterNode[]): string[] {
  const faults = nodes.flatMap(({ name, outages }) => outages.map((message) => `${name}: ${message}`));
  // Each node sends its first heartbeat before its client of Redis is connected.
  return faults.filter((fault) => !fault.endsWith("The client is closed"));
}
