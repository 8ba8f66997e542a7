import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { randomFrom } from "./fuzz.js";
import { settled, startMemoryService, type MemorySocket } from "./memory-service.js";
import { delayOf, SlowRoster } from "./slow-roster.js";

/** A service whose roster answers each request when the test lets it. */
function startHeldService() {
  const requests: (() => void)[] = [];
  const roster = new SlowRoster(() => new Promise((resolve) => requests.push(resolve)));
  const service = startMemoryService({ roster });
  /** Lets `count` steps of the roster happen: two for each request, its arrival and its answer. */
  const step = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 1) {
      await settled();
      requests.shift()?.();
    }
    await settled();
  };
  return { ...service, roster, step };
}

/** Steps of a join until it is admitted: `find` and `add`. */
const untilAdmitted = 4;
const untilListed = 2;

async function join(
  { step }: Pick<ReturnType<typeof startHeldService>, "step">,
  socket: MemorySocket,
): Promise<string> {
  const joining = socket.join("r");
  await step(untilAdmitted + untilListed);
  const reply = await joining;
  return reply.ok ? reply.id : "";
}

describe("a member whose room is still being listed", () => {
  it("receives what the others send behind `created`, which has those who were present when it entered", async () => {
    const service = startHeldService();
    const { connect, step } = service;
    const [a, b, c] = [connect(), connect(), connect()];
    const idOfA = await join(service, a);
    const joining = b.join("r");
    await step(untilAdmitted);
    const { id: idOfB = "" } = a.received("joined")[0] ?? {};
    expect(await a.call("offer", { room: "r", to: idOfB, sdp: "v=0" })).toEqual({ ok: true });
    const laterJoin = c.join("r");
    await step(untilListed + untilAdmitted + untilListed);
    expect(await joining).toMatchObject({ ok: true, peers: [{ id: idOfA, state: "online" }] });
    const reply = await laterJoin;
    expect(b.log.map(([event]) => event)).toEqual(["created", "offer", "joined"]);
    expect(reply.ok && reply.peers.map(({ id }) => id)).toEqual([idOfA, idOfB]);
  });

  it("is notified of a peer that leaves meanwhile, though the list does not have it any more", async () => {
    const service = startHeldService();
    const { connect, step } = service;
    const [a, b] = [connect(), connect()];
    const idOfA = await join(service, a);
    const joining = b.join("r");
    await step(untilAdmitted);
    await a.call("exit", { room: "r" });
    await step(4);
    expect(await joining).toMatchObject({ ok: true, peers: [{ id: idOfA }] });
    expect(b.log.map(([event]) => event)).toEqual(["created", "exit"]);
  });

  it("finds a peer that is away once", async () => {
    const service = startHeldService();
    const { connect, step } = service;
    const [a, b] = [connect(), connect()];
    const id = await join(service, a);
    a.disconnect();
    await step(2);
    const joining = b.join("r");
    await step(untilAdmitted + untilListed);
    expect(await joining).toMatchObject({ ok: true, peers: [{ id, state: "away" }] });
    expect(b.received("created")[0]?.peers).toHaveLength(1);
  });

  it("that exits has its join canceled, and receives no `created`", async () => {
    const { connect, step, signaling } = startHeldService();
    const a = connect();
    const joining = a.join("r");
    await step(untilAdmitted);
    expect(await a.call("exit", { room: "r" })).toEqual({ ok: true });
    expect(await joining).toMatchObject({ code: "NOT_IN_ROOM", message: "The join was canceled by `exit`." });
    await step(4);
    expect(a.received("created")).toEqual([]);
    const rooms = signaling.rooms();
    await step(2);
    expect(await rooms).toEqual([]);
  });

  it("that is kicked has its join rejected", async () => {
    const { connect, step, signaling } = startHeldService();
    const a = connect();
    let id = "";
    signaling.on("peerJoined", ({ peer }) => (id = peer.id));
    const joining = a.join("r");
    await step(untilAdmitted);
    const kicked = signaling.kick("r", id);
    await step(6);
    expect(await kicked).toBe(true);
    expect(await joining).toMatchObject({ code: "KICKED" });
    expect(a.received("created")).toEqual([]);
  });

  it("whose connection is lost is away like any other", async () => {
    const { connect, step, signaling } = startHeldService();
    const a = connect();
    void a.join("r");
    await step(untilAdmitted);
    a.disconnect();
    await step(6);
    const peers = signaling.peers("r");
    await step(2);
    expect(await peers).toMatchObject([{ state: "away" }]);
  });
});

describe("a peer that leaves while the roster is asked", () => {
  it("is not left behind in it", async () => {
    const { connect, step, roster } = startHeldService();
    const a = connect();
    const joining = a.join("r");
    await step(1);
    expect(await a.call("exit", { room: "r" })).toEqual({ ok: true });
    expect(await joining).toMatchObject({ code: "NOT_IN_ROOM" });
    await step(8);
    expect(roster.memory.rooms()).toEqual([]);
    expect(a.received("created")).toEqual([]);
  });
});

describe("U15: a second socket with a member's key that goes away while the roster adds it", () => {
  it("takes nothing from the member, whose entry is as it was", async () => {
    const { connect, step, roster } = startHeldService();
    const [member, second, witness] = [connect(), connect(), connect()];
    const key = newKey();
    const joining = member.join("r", { key });
    await step(untilAdmitted + untilListed);
    const joined = await joining;
    const id = joined.ok ? joined.id : "";
    await join({ step }, witness);
    const before = roster.memory.find("r", id);

    const taking = second.join("r", { key });
    // The roster has added the second socket, and its answer is on the way.
    await step(3);
    second.disconnect();
    expect(await taking).toMatchObject({ code: "NOT_IN_ROOM" });
    await step(4);
    expect(roster.memory.find("r", id)).toEqual(before);
    // The member is still the one who changes its entry.
    const changing = member.call("metadata", { room: "r", metadata: "busy" });
    await step(2);
    expect(await changing).toEqual({ ok: true });
    expect(roster.memory.find("r", id)).toMatchObject({ session: member.id, metadata: "busy" });
    expect(witness.received("exit")).toEqual([]);
  });

  it("leaves nothing behind where the member itself has left meanwhile", async () => {
    const { connect, step, roster } = startHeldService();
    const [member, second] = [connect(), connect()];
    const key = newKey();
    const joining = member.join("r", { key });
    await step(untilAdmitted + untilListed);
    await joining;
    const taking = second.join("r", { key });
    await step(3);
    await member.call("exit", { room: "r" });
    second.disconnect();
    await taking;
    await step(8);
    expect(roster.memory.rooms()).toEqual([]);
  });
});

describe("peers that join at once with a roster that answers later", () => {
  it("meet each other once: one of two in `created`, the other by `joined`", async () => {
    const seed = Number(process.env.SIG_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const random = randomFrom(seed);
    const { connect } = startMemoryService({ roster: new SlowRoster(delayOf(() => random() * 4)) });
    const members = await Promise.all(
      Array.from({ length: 24 }, async () => {
        const socket = connect();
        const reply = await socket.join("r", { key: newKey() });
        return { socket, id: reply.ok ? reply.id : "" };
      }),
    );
    const metOf = (socket: MemorySocket) => ({
      created: socket.received("created").flatMap(({ peers }) => peers.map(({ id }) => id)),
      joined: socket.received("joined").map(({ id }) => id),
    });
    for (const { socket, id } of members) {
      const { created, joined } = metOf(socket);
      expect(socket.log[0]?.[0], `seed ${seed}`).toBe("created");
      const others = members.filter((member) => member.id !== id).map((member) => member.id);
      expect([...created, ...joined].sort(), `seed ${seed}`).toEqual(others.sort());
      for (const other of members) {
        if (other.id === id) continue;
        expect(metOf(other.socket).created.includes(id), `seed ${seed}`).toBe(joined.includes(other.id));
      }
    }
  });
});
