import { PeerManager } from "@sig/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { IdleConnection } from "./support/idle-connection.js";
import { failure, Lab } from "./support/lab.js";

const lab = new Lab();

beforeEach(() => lab.serve());
afterEach(() => lab.close());

describe("joining a room", () => {
  it("returns the peers in the room, with their metadata", async () => {
    const ada = lab.manage(undefined, { metadata: { name: "Ada" } });
    await ada.join("room");
    const grace = lab.manage(undefined, { metadata: { name: "Grace" } });
    const met = ada.once("peerJoined");
    await grace.join("room");
    expect((await met).metadata).toEqual({ name: "Grace" });
    expect([...grace.peers.values()].map(({ id, metadata }) => [id, metadata])).toEqual([[ada.id, { name: "Ada" }]]);
    expect(ada.id).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect([ada.state, ada.room]).toEqual(["joined", "room"]);
  });

  it("emits `peerJoined` only after the state `joined`", async () => {
    await lab.manage().join("room");
    const second = lab.manage();
    const events: string[] = [];
    second.on("state", (state) => events.push(state));
    second.on("peerJoined", () => events.push("peerJoined"));
    await second.join("room");
    expect(events).toEqual(["joining", "joined", "peerJoined"]);
  });

  it("normalizes the room name: what looks the same is the same room", async () => {
    const first = lab.manage();
    await first.join("caf\u00e9");
    const second = lab.manage();
    await second.join("cafe\u0301");
    expect(second.peers.size).toBe(1);
  });

  it("rejects with the code and message of the server, and the manager can join again", async () => {
    await lab.stop();
    await lab.serve({ authorize: ({ token }) => token === "let me in" || "Ask Ada for a token." });
    const manager = lab.manage();
    const error = await failure(manager.join("room", { token: "wrong" }));
    expect([error.code, error.message, error.retryable]).toEqual(["UNAUTHORIZED", "Ask Ada for a token.", false]);
    expect(manager.state).toBe("idle");
    await manager.join("room", { token: "let me in" });
    expect(manager.state).toBe("joined");
  });

  it("calls the token function for every join", async () => {
    await lab.stop();
    const tokens: (string | undefined)[] = [];
    await lab.serve({ authorize: ({ token }) => void tokens.push(token) });
    const socket = lab.connect();
    const manager = lab.manage(socket);
    let calls = 0;
    await manager.join("room", { token: () => `token ${String(++calls)}` });
    const back = new Promise<void>((resolve) => manager.on("state", (state) => state === "joined" && resolve()));
    socket.io.engine.close();
    await back;
    expect(tokens).toEqual(["token 1", "token 2"]);
  });

  it("rejects while in a room, for an invalid name, and without RTCPeerConnection", async () => {
    const manager = lab.manage();
    await manager.join("room");
    expect((await failure(manager.join("other"))).code).toBe("INVALID_STATE");
    expect((await failure(lab.manage().join(""))).code).toBe("INVALID_ARGUMENT");
    expect((await failure(lab.manage().join(7 as never))).code).toBe("INVALID_ARGUMENT");
    expect((await failure(new PeerManager(lab.connect()).join("room"))).message).toContain("RTCPeerConnection");
    expect((await failure(lab.manage().join("bell\u0007"))).code).toBe("BAD_PAYLOAD");
  });

  it("is canceled by `leave`, and leaves no peer on the server", async () => {
    await lab.stop();
    const waiting: (() => void)[] = [];
    await lab.serve({
      authorize: () =>
        new Promise<boolean>((resolve) => {
          waiting.push(() => {
            resolve(true);
          });
        }),
    });
    const manager = lab.manage();
    const joining = failure(manager.join("room"));
    await expect.poll(() => waiting.length).toBe(1);
    await manager.leave();
    expect((await joining).code).toBe("ABORTED");
    const canary = lab.manage().join("canary");
    await expect.poll(() => waiting.length).toBe(2);
    for (const answer of waiting) answer();
    await canary;
    expect(await lab.signaling.peers("room")).toEqual([]);
  });
});

describe("leaving", () => {
  it("notifies the others, closes every connection, and is safe twice or before a join", async () => {
    const ada = lab.manage();
    const grace = lab.manage();
    await ada.leave();
    await ada.join("room");
    await grace.join("room");
    const left = ada.once("peerLeft");
    const own = grace.once("peerLeft");
    await Promise.all([grace.leave(), grace.leave()]);
    const [peer, reason] = await left;
    expect([reason, peer.state]).toEqual(["left", "closed"]);
    expect((await own)[1]).toBe("closed");
    expect([grace.state, grace.id, grace.room, grace.peers.size, ada.peers.size]).toEqual([
      "left",
      undefined,
      undefined,
      0,
      0,
    ]);
    await ada.leave();
    expect(IdleConnection.open.size).toBe(0);
  });

  it("never rejects, even on a dead socket, and does not disconnect the socket", async () => {
    const socket = lab.connect();
    const manager = lab.manage(socket);
    await manager.join("room");
    socket.disconnect();
    await manager.leave();
    expect(manager.state).toBe("left");
    const other = lab.connect();
    const second = lab.manage(other);
    await second.join("room");
    await second.leave();
    expect(other.connected).toBe(true);
    for (const event of [
      "created",
      "joined",
      "offer",
      "answer",
      "candidate",
      "exit",
      "presence",
      "metadata",
      "message",
      "iceServers",
      "rejected",
      "connect",
      "disconnect",
    ]) {
      expect(other.listeners(event as "connect"), event).toEqual([]);
    }
  });

  it("allows another join, with another id", async () => {
    const manager = lab.manage();
    await manager.join("room");
    const { id } = manager;
    await manager.leave();
    await manager.join("room");
    expect(manager.id).not.toBe(id);
    expect(manager.state).toBe("joined");
  });
});
