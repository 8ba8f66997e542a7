import { type SignalingOptions } from "@sig/server";
import { afterAll, beforeAll } from "vitest";
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
