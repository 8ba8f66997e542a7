import { newKey, type TestClient, type Transport } from "./client.js";
import { type TestServer } from "./harness.js";

/** Two clients in room `r`. */
export interface TwoMembers {
  readonly first: TestClient;
  readonly second: TestClient;
  readonly ids: readonly [string, string];
}

/** @param keyed whether each of them joins with a key; otherwise it is a legacy client */
export async function twoMembers(
  server: TestServer,
  transport: Transport,
  keyed: readonly [boolean, boolean] = [true, true],
): Promise<TwoMembers> {
  const [first, second] = [await server.connect(transport), await server.connect(transport)];
  const one = await first.join("r", keyed[0] ? { key: newKey() } : {});
  const two = await second.join("r", keyed[1] ? { key: newKey() } : {});
  return { first, second, ids: [one.id, two.id] };
}
