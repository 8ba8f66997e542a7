import { describe, expect, it } from "vitest";
import { newKey, transports } from "./client.js";
import { deferred, startServer } from "./harness.js";

describe.each(transports)("order over %s", (transport) => {
  it("created comes before everything else of its room, however many join at once", async () => {
    const { connect } = await startServer({ authorize: async () => true });
    const clients = await Promise.all(Array.from({ length: 12 }, () => connect(transport)));
    const created = await Promise.all(
      clients.map((client, index) => client.join("r", index % 3 === 0 ? {} : { key: newKey() })),
    );
    await Promise.all(clients.map((client) => client.roundTrip()));
    for (const [index, client] of clients.entries()) {
      expect(client.log[0]?.event).toBe("created");
      const seen = [
        ...created[index]!.peers.map(({ id }) => id),
        ...client.received("joined").map(([, payload]) => (payload as { id: string }).id),
      ];
      expect(new Set(seen).size, "each other peer appears once").toBe(seen.length);
      expect(seen.sort()).toEqual(
        created
          .map(({ id }) => id)
          .filter((id) => id !== created[index]!.id)
          .sort(),
      );
    }
  });

  it("the ack of a join comes before what others send when they receive `joined`", async () => {
    const { connect } = await startServer({ authorize: async () => true });
    const [first, second] = [await connect(transport), await connect(transport)];
    await first.join("r", { key: newKey() });
    first.socket.on("joined", ({ id }: { id: string }) =>
      first.emit("message", { room: "r", to: id, type: "hello", data: 1 }),
    );
    const order: string[] = [];
    second.socket.onAny((event: string) => order.push(event));
    // A callback, since a promise would resolve after the other packets of the same frame.
    second.emit("createAndJoinRoom", { room: "r", key: newKey() }, () => order.push("ack"));
    await second.next("message");
    expect(order).toEqual(["created", "ack", "message"]);
  });

  it("F51: of join, exit and join in one tick the last one counts, and every call is acknowledged", async () => {
    const gate = deferred<boolean>();
    const { connect, signaling } = await startServer({ authorize: ({ room }) => (room === "r" ? gate.promise : true) });
    const [client, witness] = [await connect(transport), await connect(transport)];
    const key = newKey();
    const calls = [
      client.call("createAndJoinRoom", { room: "r", key }),
      client.call("exit", { room: "r" }),
      client.call("createAndJoinRoom", { room: "r", key }),
    ];
    await expect(calls[0]).resolves.toMatchObject({ ok: false, code: "NOT_IN_ROOM", message: /exit/ as unknown });
    await expect(calls[1]).resolves.toEqual({ ok: true });
    gate.resolve(true);
    await expect(calls[2]).resolves.toMatchObject({ ok: true });
    await witness.join("r", { key: newKey() });
    expect(client.received("created")).toHaveLength(1);
    expect(await signaling.rooms()).toEqual([{ name: "r", peers: 2 }]);
  });

  it("join, exit and join in one tick leave one member where the application has no part in joins", async () => {
    const { connect, signaling } = await startServer();
    const [client, witness] = [await connect(transport), await connect(transport)];
    const key = newKey();
    await witness.join("r", { key: newKey() });
    client.emit("createAndJoinRoom", { room: "r", key });
    client.emit("exit", { room: "r" });
    client.emit("createAndJoinRoom", { room: "r", key });
    await client.roundTrip();
    await witness.roundTrip();
    expect(witness.received("joined", "exit").map(([event]) => event)).toEqual(["joined", "exit", "joined"]);
    expect(await signaling.rooms()).toContainEqual({ name: "r", peers: 2 });
  });

  it("join and exit in one tick leave nobody behind, even if authorize admits later", async () => {
    const gate = deferred<boolean>();
    const { connect, signaling } = await startServer({ authorize: ({ room }) => (room === "r" ? gate.promise : true) });
    const client = await connect(transport);
    const joining = client.call("createAndJoinRoom", { room: "r", key: newKey() });
    expect(await client.call("exit", { room: "r" })).toEqual({ ok: true });
    expect(await joining).toMatchObject({ ok: false, code: "NOT_IN_ROOM" });
    gate.resolve(true);
    await client.roundTrip();
    expect(client.received("created")).toEqual([]);
    expect((await signaling.rooms()).map(({ name }) => name)).not.toContain("r");
  });

  it("a newer join replaces one that still waits", async () => {
    const gates = [deferred<boolean>(), deferred<boolean>()];
    let asked = 0;
    const { connect, signaling } = await startServer({
      authorize: ({ room }) => (room === "r" ? gates[asked++]!.promise : true),
    });
    const client = await connect(transport);
    const [older, newer] = [newKey(), newKey()];
    const first = client.call("createAndJoinRoom", { room: "r", key: older });
    const second = client.call("createAndJoinRoom", { room: "r", key: newer });
    expect(await first).toMatchObject({ ok: false, code: "NOT_IN_ROOM" });
    gates[1]!.resolve(true);
    const reply = await second;
    gates[0]!.resolve(true);
    await client.roundTrip();
    expect(client.received("created")).toEqual([
      ["created", expect.objectContaining({ id: (reply as { id: string }).id })],
    ]);
    expect(await signaling.rooms()).toContainEqual({ name: "r", peers: 1 });
  });

  it("an offer after the exit reaches nobody", async () => {
    const { connect } = await startServer();
    const [first, second] = [await connect(transport), await connect(transport)];
    const { id } = await first.join("r", { key: newKey() });
    await second.join("r", { key: newKey() });
    second.emit("exit", { room: "r" });
    second.emit("offer", { room: "r", to: id, sdp: "v=0" });
    expect(await second.next("rejected")).toMatchObject({ event: "offer", code: "NOT_IN_ROOM", room: "r", to: id });
    await first.roundTrip();
    expect(first.received("offer")).toEqual([]);
  });
});
