import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Lab } from "./support/lab.js";

const lab = new Lab();

beforeEach(() => lab.serve());
afterEach(() => lab.close());

describe("a manager's timeline", () => {
  it("records events in order, and nothing private", async () => {
    const ada = lab.manage(lab.connect(), { metadata: { name: "Ada Lovelace" } });
    expect(ada.timeline()).toEqual([]);
    await ada.join("private-room-name", { token: "s3cr3t-t0k3n" });
    const grace = lab.manage(lab.connect(), { metadata: { name: "Grace Hopper" } });
    await grace.join("private-room-name");
    await expect.poll(() => ada.timeline().map(({ what }) => what)).toContain("sent answer");
    const [peer] = ada.peers.keys();
    const first = ada.timeline().slice(0, 3);
    expect(first).toMatchObject([
      { what: "manager", state: "joining" },
      { what: "manager", state: "joined" },
      { what: "peer joined", peer: peer?.slice(0, 6) },
    ]);
    await grace.leave();
    await expect
      .poll(() => ada.timeline().slice(-2))
      .toMatchObject([
        { what: "peer left", reason: "left" },
        { what: "peer", state: "closed" },
      ]);
    const written = JSON.stringify([ada.timeline(), grace.timeline()]);
    for (const secret of ["private-room-name", "s3cr3t", "Lovelace", "Hopper", "IN IP4", peer ?? ""])
      expect(written).not.toContain(secret);
    const times = ada.timeline().map(({ at }) => at);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    await ada.leave();
  });
});

describe("a peer explains", () => {
  it("its state from the first moment to the last", async () => {
    const ada = lab.manage();
    await ada.join("room");
    // The socket does not reconnect during the test.
    const socket = lab.connect({ reconnectionDelay: 60_000, reconnectionDelayMax: 60_000 });
    const grace = lab.manage(socket);
    await grace.join("room");
    await expect.poll(() => ada.peers.size).toBe(1);
    const [peer] = grace.peers.values();
    expect((await peer?.explain())?.[0]).toMatch(/^Connecting for \d+ s\.$/);
    const lost = grace.once("state");
    socket.io.engine.close();
    expect(await lost).toBe("reconnecting");
    expect((await peer?.explain())?.[1]).toBe(
      "The signaling server cannot be reached: no offer or answer gets through until it is back.",
    );
    await grace.leave();
    expect(await peer?.explain()).toEqual(["The peer has left the room, or you have."]);
    await ada.leave();
  });
});
