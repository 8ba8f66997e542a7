import { barrier, newKey, type TestClient, type Transport } from "./client.js";

/** A server under attack: the one of this library, or one that should fail. */
export interface Target {
  readonly url: string;
  connect(transport?: Transport): Promise<TestClient>;
}

/**
 * A row of the threat table, as a check that passes on a server that withstands it. It uses the base protocol only, so
 * that it can run against any relay; `keyed` peers are the same to the attacker.
 */
export interface Threat {
  readonly title: string;
  /** Whether it consists of hand-written frames, so that the transport of the other clients does not matter. */
  readonly raw?: boolean;
  check(target: Target, transport: Transport, keyed: boolean): Promise<void>;
}

export interface Scene {
  readonly a: TestClient;
  readonly b: TestClient;
  readonly c: TestClient;
  readonly x: TestClient;
  readonly ids: { readonly a: string; readonly b: string; readonly c: string };
}

/** A and B in room r, C in room s, X in none. */
export async function scene(target: Target, transport: Transport, keyed: boolean): Promise<Scene> {
  const [a, b, c, x] = await Promise.all([1, 2, 3, 4].map(() => target.connect(transport)));
  const fields = () => (keyed ? { key: newKey() } : {});
  const ids = {
    a: (await a!.join("r", fields())).id,
    b: (await b!.join("r", fields())).id,
    c: (await c!.join("s", fields())).id,
  };
  await Promise.all([a, b, c, x].map((client) => client!.roundTrip()));
  for (const client of [a, b, c, x]) client!.clearLog();
  return { a: a!, b: b!, c: c!, x: x!, ids };
}

/** A and B can still reach each other, and everything sent before has arrived. */
export async function canary({ a, b, c, x, ids }: Scene, attacker = x): Promise<void> {
  const mark = `canary-${Math.random()}`;
  await attacker.roundTrip();
  a.emit("offer", { from: ids.a, to: ids.b, room: "r", sdp: mark });
  await b.next("offer", ({ sdp }) => sdp === mark);
  await barrier(attacker, a, b, c, x);
  const index = b.log.findIndex(({ payload }) => (payload as { sdp?: unknown }).sdp === mark);
  b.log.splice(index, 1);
}
