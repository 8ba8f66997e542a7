import { type SignalingOptions } from "@sig/server";
import { afterAll, beforeAll } from "vitest";
import { newKey } from "../client.js";
import { RedisServer } from "./redis-server.js";
import { ServiceNode } from "./service-node.js";

type ThreeNodes = readonly [ServiceNode, ServiceNode, ServiceNode];

/**
 * Starts a Redis for the tests of one `describe`; call it in its body.
 *
 * @returns a function that starts three nodes with a roster of their own
 */
export function withThreeNodes(): (options?: SignalingOptions) => Promise<ThreeNodes> {
  let redis: RedisServer;
  let clusters = 0;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(async () => redis.close());
  return async (options) => {
    clusters += 1;
    const start = async (): Promise<ServiceNode> => ServiceNode.start(redis, `cluster-${clusters}`, options);
    return [await start(), await start(), await start()];
  };
}

/** Ada is on the first node, a witness on the second, and nobody on the third. */
export async function meet([holder, other, empty]: ThreeNodes) {
  const key = newKey();
  const ada = await holder.join("r", { key });
  const witness = await other.join("r");
  return { holder, other, empty, key, ada, witness };
}
