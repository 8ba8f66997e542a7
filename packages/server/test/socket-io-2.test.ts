import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { startServer } from "./harness.js";
import { RawClient } from "./raw.js";

describe("U04: a legacy client of Socket.IO 2 (`allowEIO3`)", () => {
  it("is known by an id of its own: its session id, a credential, appears nowhere", async () => {
    const lines: unknown[] = [];
    const write = (...parts: unknown[]) => lines.push(parts);
    const users: string[] = [];
    const { url, io, connect, signaling } = await startServer(
      {
        logger: { debug: write, info: write, warn: write, error: write },
        iceServers: ({ id }) => {
          users.push(id);
          return [{ urls: "turn:x", username: id, credential: "c" }];
        },
      },
      { allowEIO3: true },
    );
    const witness = await connect();
    const { id: witnessId } = await witness.join("r", { key: newKey() });
    const old = await RawClient.connect(url, { EIO: 3 });
    const handshake = await old.next((frame) => frame.startsWith("0{"));
    const { sid } = JSON.parse(handshake.slice(1)) as { sid: string };
    expect(io.sockets.sockets.has(sid), "Socket.IO itself calls the socket by it").toBe(true);

    expect(await old.call("iceServers", "{}")).toMatchObject({ ok: true });
    const joined = (await old.call("createAndJoinRoom", '{"room":"r"}')) as { id: string };
    expect(joined.id).toMatch(/^[\w-]{20}$/);
    expect((await witness.next("joined")).id).toBe(joined.id);
    // What others send to that id arrives, and what it sends comes from that id.
    expect(await witness.call("offer", { room: "r", to: joined.id, sdp: "v=0" })).toEqual({ ok: true });
    expect(await old.next((frame) => frame.startsWith('42["offer"'))).toContain('"sdp":"v=0"');
    old.send(`42["answer",{"room":"r","to":${JSON.stringify(witnessId)},"sdp":"v=0"}]`);
    expect(await witness.next("answer")).toMatchObject({ from: joined.id });
    expect(await old.call("offer", "{}")).toMatchObject({ code: "BAD_PAYLOAD" });
    old.send("41");
    expect(await witness.next("exit")).toMatchObject({ from: joined.id, reason: "lost" });
    const everything = JSON.stringify([witness.log, lines, users, await signaling.peers("r")]);
    expect(everything).not.toContain(sid);
    expect(users).toContain(joined.id);
  });
});
