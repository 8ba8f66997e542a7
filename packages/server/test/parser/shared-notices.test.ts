import { peerIdFromKey } from "@sig/server";
import { relayParser } from "@sig/server/parser";
import { type Server, type ServerOptions } from "socket.io";
import { describe, expect, it } from "vitest";
import { newKey, type TestClient } from "../client.js";
import { startServer } from "../harness.js";

const members = 24;
const keys = Array.from({ length: members }, newKey);
const newcomers = Array.from({ length: 12 }, newKey);

interface Notice {
  readonly event: string;
  readonly payload: object;
}

/** What the members of a full room are notified of while others join at once, one after the other. */
async function noticesOfAFullRoom(options: Partial<ServerOptions>, prepare: (io: Server) => void) {
  const { io, connect } = await startServer({ rateLimit: false }, options);
  prepare(io);
  const present: TestClient[] = [];
  for (const key of keys) {
    const client = await connect();
    await client.join("r", { key, features: ["notices"] });
    present.push(client);
  }
  for (const client of present) await client.roundTrip();
  for (const client of present) client.clearLog();
  const others: { key: string; client: TestClient }[] = [];
  for (const key of newcomers) others.push({ key, client: await connect() });
  for (const { client, key } of others) client.emit("createAndJoinRoom", { room: "r", key });
  for (const client of [...others.map(({ client }) => client), ...present]) await client.roundTrip();
  return present.map((client) => {
    const received = client.received().map(([event, payload]) => ({ event, payload }) as Notice);
    const gathered = received.filter(({ event }) => event === "notices").length;
    const flat = received.flatMap((one) =>
      one.event === "notices" ? (one.payload as { notices: Notice[] }).notices : [one],
    );
    // The newcomers are connections of their own: the server may read them in any order.
    return { gathered, flat: flat.map((one) => JSON.stringify(one)).sort() };
  });
}

describe("notices that are written once for many members", () => {
  it("reach each of them as without the parser", async () => {
    const [fast, plain] = [
      await noticesOfAFullRoom({ parser: relayParser }, () => undefined),
      await noticesOfAFullRoom({}, () => undefined),
    ];
    expect(fast.map(({ flat }) => flat)).toEqual(plain.map(({ flat }) => flat));
    expect(fast[0]?.flat.map((one) => (JSON.parse(one) as { payload: { id: string } }).payload.id).sort()).toEqual(
      newcomers.map(peerIdFromKey).sort(),
    );
    expect(fast.every(({ gathered }) => gathered > 0)).toBe(true);
  });

  it("are written anew for a member whose outgoing packets the application changes", async () => {
    let connected = 0;
    const received = await noticesOfAFullRoom({ parser: relayParser }, (io) =>
      io.on("connection", (socket) => {
        connected += 1;
        // The last one, for which everything has been written already.
        if (connected !== members) return;
        socket.onAnyOutgoing((event, payload: { notices: Notice[] }) => {
          if (event === "notices") payload.notices = [];
        });
      }),
    );
    const counts = received.map(({ flat }) => flat.length);
    expect(counts.slice(0, -1)).toEqual(keys.slice(1).map(() => newcomers.length));
    expect(counts.at(-1)).toBeLessThan(newcomers.length);
  });
});
