import { grant, peerIdFromKey } from "@sig/server";
import { describe, expect, it } from "vitest";
import { barrier, newKey, serverFeatures } from "./client.js";
import { startServer } from "./harness.js";
import { startMemoryService } from "./memory-service.js";

const attributesOf = { host: { role: "host" }, guest: { role: "guest" } } as const;
const byToken = ({ token }: { readonly token?: string }) =>
  token === undefined ? true : grant({ attributes: attributesOf[token as keyof typeof attributesOf] });

describe("U09: attributes", () => {
  it("reach peers with a key in `created` and `joined`, and the peer itself; legacy clients receive none", async () => {
    const { connect } = await startServer({ authorize: byToken });
    const [legacy, host, guest] = [await connect(), await connect(), await connect()];
    const [hostKey, guestKey] = [newKey(), newKey()];
    const features = ["mute", "waiting"];
    await legacy.join("r");
    const created = await host.join("r", { key: hostKey, token: "host", features });
    expect(created).toEqual({
      id: peerIdFromKey(hostKey),
      room: "r",
      peers: [{ id: legacy.socketId, state: "online" }],
      attributes: { role: "host" },
      features: serverFeatures,
    });
    expect((await guest.join("r", { key: guestKey, token: "guest" })).peers).toEqual([
      { id: legacy.socketId, state: "online" },
      { id: created.id, state: "online", attributes: { role: "host" }, features },
    ]);
    expect(await host.next("joined")).toEqual({
      id: peerIdFromKey(guestKey),
      room: "r",
      attributes: { role: "guest" },
    });
    await barrier(guest, legacy);
    const base = (id: string) => ["joined", { id, room: "r" }];
    expect(legacy.received("joined")).toEqual([base(peerIdFromKey(hostKey)), base(peerIdFromKey(guestKey))]);
  });

  it("of a legacy client reach the others, and not itself", async () => {
    const { connect } = await startServer({ authorize: byToken });
    const [legacy, peer] = [await connect(), await connect()];
    expect(await legacy.join("r", { token: "guest", features: ["waiting"] })).toEqual({
      id: legacy.socketId,
      room: "r",
      peers: [],
    });
    expect((await peer.join("r", { key: newKey() })).peers).toMatchObject([{ attributes: { role: "guest" } }]);
  });

  it("that a client sends are dropped", async () => {
    const { connect, signaling } = startMemoryService();
    const [witness, liar] = [connect(), connect()];
    await witness.join("r");
    const spoofed = { attributes: { role: "host" }, user: "ada", expiresAt: 1 };
    const key = newKey();
    await liar.join("r", { key, ...spoofed });
    await liar.call("metadata", { room: "r", metadata: 1, ...spoofed });
    liar.send("attributes", { id: peerIdFromKey(key), room: "r", ...spoofed });
    expect(witness.received("joined")).toEqual([{ id: peerIdFromKey(key), room: "r" }]);
    expect(witness.received("metadata")).toEqual([{ id: peerIdFromKey(key), room: "r", metadata: 1 }]);
    expect(witness.received("attributes")).toEqual([]);
    expect((await signaling.peers("r"))[1]).not.toHaveProperty("attributes");
  });

  it("are changed by `setAttributes`: peers with a key are notified, the peer itself included", async () => {
    const { connect, signaling } = startMemoryService();
    const [peer, witness, legacy] = [connect(), connect(), connect()];
    const key = newKey();
    const id = peerIdFromKey(key);
    await peer.join("r", { key });
    await witness.join("r");
    await legacy.join("r", {});
    expect(await signaling.setAttributes("r", id, { role: "host" })).toBe(true);
    const event = { id, room: "r", attributes: { role: "host" } };
    expect(peer.received("attributes")).toEqual([event]);
    expect(witness.received("attributes")).toEqual([event]);
    expect(legacy.received("attributes")).toEqual([]);
    expect(await signaling.peers("r")).toMatchObject([{ attributes: { role: "host" } }, {}, {}]);

    await signaling.setAttributes("r", id, { role: "host" });
    expect(witness.received("attributes"), "nothing has changed").toHaveLength(1);
    await signaling.setAttributes("r", id, null);
    expect(witness.received("attributes").at(-1)).toEqual({ id, room: "r", attributes: null });
    expect(await signaling.setAttributes("r", "nobody", 1)).toBe(false);
    expect(await signaling.setAttributes("nowhere", id, 1)).toBe(false);
  });

  it("change for a peer that is away, which receives them when it is back", async () => {
    const { connect, signaling } = startMemoryService();
    const [peer, witness, again] = [connect(), connect(), connect()];
    const key = newKey();
    const id = peerIdFromKey(key);
    await peer.join("r", { key });
    await witness.join("r");
    peer.disconnect();
    await signaling.setAttributes("r", id, { role: "host" });
    expect(witness.received("attributes")).toHaveLength(1);
    expect(await again.join("r", { key })).toMatchObject({ resumed: true, attributes: { role: "host" } });
    expect(witness.received("attributes")).toHaveLength(1);
  });

  it("that a return changes are announced once, after the return", async () => {
    let role = "guest";
    const { connect } = startMemoryService({ authorize: () => grant({ attributes: { role } }) });
    const [witness, peer, again] = [connect(), connect(), connect()];
    await witness.join("r");
    const key = newKey();
    const id = peerIdFromKey(key);
    await peer.join("r", { key });
    peer.disconnect();
    role = "host";
    expect(await again.join("r", { key })).toMatchObject({ attributes: { role: "host" } });
    expect(again.received("attributes")).toEqual([]);
    expect(witness.log.slice(-2)).toEqual([
      ["presence", { id, room: "r", state: "online" }],
      ["attributes", { id, room: "r", attributes: { role: "host" } }],
    ]);
  });

  it.each([undefined, Number.NaN, { at: new Date(0) }, "x".repeat(16_384)])(
    "`setAttributes` rejects %j with a TypeError, and changes nothing",
    async (attributes) => {
      const { connect, signaling } = startMemoryService();
      const key = newKey();
      await connect().join("r", { key });
      await expect(signaling.setAttributes("r", peerIdFromKey(key), attributes as number)).rejects.toThrow(TypeError);
      expect((await signaling.peers("r"))[0]).not.toHaveProperty("attributes");
    },
  );
});
