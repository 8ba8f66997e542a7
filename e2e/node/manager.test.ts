import { PeerManager } from "@sig/client";
import { FakeClock } from "@sig/client/testing";
import { attachSignaling } from "@sig/server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { IdleConnection } from "./support/idle-connection.js";
import { failure, Lab, thrown } from "./support/lab.js";

const lab = new Lab();

beforeEach(() => lab.serve());
afterEach(() => lab.close());

describe("a lost signaling connection", () => {
  it("ends in a rejoin with the same id, and the others see no exit", async () => {
    const ada = lab.manage();
    await ada.join("room");
    const socket = lab.connect();
    const grace = lab.manage(socket);
    const met = ada.once("peerJoined");
    await grace.join("room");
    await met;
    const { id } = grace;
    // Each has a socket of its own: there is no order between the two.
    const events: string[] = [];
    ada.on("peerLeft", () => events.push("left"));
    ada.on("peerJoined", () => events.push("joined"));
    ada.on("peerPresence", (_peer, presence) => events.push(presence));
    const states: string[] = [];
    grace.on("state", (state) => states.push(state));
    socket.io.engine.close();
    await expect
      .poll(() => [events, states])
      .toEqual([
        ["away", "online"],
        ["reconnecting", "joined"],
      ]);
    expect([grace.id, grace.peers.size, ada.peers.size]).toEqual([id, 1, 1]);
  });

  it("ends in a rejoin when the server closes and returns in the same process", async () => {
    const clock = new FakeClock();
    const manager = lab.manage(undefined, { clock });
    await manager.join("room");
    const states: string[] = [];
    manager.on("state", (state) => states.push(state));
    await lab.signaling.close();
    await expect.poll(() => states).toEqual(["reconnecting"]);
    lab.signaling = attachSignaling(lab.io);
    // A join without an answer times out after some seconds, and is retried.
    await expect
      .poll(async () => {
        await clock.advance(1000);
        return manager.state;
      })
      .toBe("joined");
  });

  it("ends the membership when the server rejects the rejoin", async () => {
    await lab.stop();
    let open = true;
    await lab.serve({ authorize: () => open || "The meeting is over." });
    const socket = lab.connect();
    const manager = lab.manage(socket);
    await manager.join("room");
    const ended = manager.once("error");
    open = false;
    socket.io.engine.close();
    expect([(await ended).code, (await ended).message, manager.state]).toEqual([
      "UNAUTHORIZED",
      "The meeting is over.",
      "left",
    ]);
  });
});

describe("the server", () => {
  it("removes a peer for good, with its reason", async () => {
    const manager = lab.manage();
    await manager.join("room");
    const ended = manager.once("error");
    await lab.signaling.kick("room", manager.id ?? "", "Please keep it civil.");
    const error = await ended;
    expect([error.code, error.message, manager.state]).toEqual(["KICKED", "Please keep it civil.", "left"]);
  });

  it("sends ICE servers, unless the application has its own", async () => {
    await lab.stop();
    await lab.serve({ iceServers: [{ urls: "stun:stun.example.org" }] });
    await lab.manage().join("room");
    const theirs = lab.manage();
    await theirs.join("room");
    const [connection] = IdleConnection.open;
    expect(connection?.configuration.iceServers).toEqual([{ urls: "stun:stun.example.org" }]);
    await theirs.leave();
    const own = lab.manage(undefined, {
      iceServers: [{ urls: "stun:own.example.org" }],
      rtc: { iceTransportPolicy: "relay" },
    });
    await own.join("room");
    const configurations = [...IdleConnection.open].map(({ configuration }) => configuration);
    expect(configurations).toContainEqual({
      iceServers: [{ urls: "stun:own.example.org" }],
      iceTransportPolicy: "relay",
    });
    await own.leave();
  });

  it("sends messages of its own", async () => {
    const manager = lab.manage(undefined, { messages: { chat: z.object({ text: z.string() }) } });
    await manager.join("room");
    const message = manager.once("serverMessage");
    lab.signaling.send("room", "notice", { text: "Ten minutes left." });
    expect(await message).toEqual({ type: "notice", data: { text: "Ten minutes left." } });
  });
});

describe("metadata", () => {
  it("reaches the others when it changes, also after an outage", async () => {
    const ada = lab.manage();
    await ada.join("room");
    const socket = lab.connect();
    const grace = lab.manage(socket, { metadata: { name: "Grace" } });
    await grace.join("room");
    const changed = ada.once("peerMetadata");
    await grace.setMetadata({ name: "Grace H." });
    expect((await changed)[1]).toEqual({ name: "Grace H." });
    const second = ada.once("peerMetadata");
    const lost = grace.once("state");
    socket.io.engine.close();
    expect(await lost).toBe("reconnecting");
    await grace.setMetadata({ name: "Grace Hopper" });
    expect((await second)[1]).toEqual({ name: "Grace Hopper" });
  });

  it.each([[{ saved: true }], [null], ["ok"]])(
    "U02: reaches the others also where the application has a `metadata` of its own, which answers %j first",
    async (answer) => {
      lab.io.on("connection", (socket) => {
        socket.on("metadata", (_payload: unknown, ack: (answer: unknown) => void) => ack(answer));
      });
      await lab.signaling.close();
      lab.signaling = attachSignaling(lab.io);
      const [ada, grace] = [lab.manage(), lab.manage()];
      await ada.join("room");
      await grace.join("room");
      const changed = ada.once("peerMetadata");
      await grace.setMetadata({ name: "Grace" });
      expect((await changed)[1]).toEqual({ name: "Grace" });
      expect(await lab.signaling.peers("room")).toContainEqual(
        expect.objectContaining({ id: grace.id, metadata: { name: "Grace" } }),
      );
    },
  );

  it("that the server rejects does not change", async () => {
    await lab.stop();
    await lab.serve({ metadata: z.object({ name: z.string().max(5) }) });
    const manager = lab.manage(undefined, { metadata: { name: "Ada" } });
    await manager.join("room");
    expect((await failure(manager.setMetadata({ name: "far too long" }))).code).toBe("BAD_PAYLOAD");
    expect(await lab.signaling.peers("room")).toMatchObject([{ metadata: { name: "Ada" } }]);
  });
});

describe("arguments", () => {
  it("that are invalid throw an error that names them", () => {
    const socket = lab.connect();
    expect(thrown(() => new PeerManager("https://example.org" as never)).message).toContain("Socket.IO client socket");
    expect(thrown(() => new PeerManager(socket, { gatherTimeoutMs: -1 })).message).toContain("gatherTimeoutMs");
    expect(thrown(() => new PeerManager(socket, { messages: { chat: {} as never } })).message).toContain(
      "messages.chat",
    );
    expect(
      thrown(() => {
        lab.manage().send("chat", {});
      }).code,
    ).toBe("INVALID_STATE");
  });

  it("of `send` are validated before anything is sent", async () => {
    const manager = lab.manage(undefined, { messages: { chat: z.object({ text: z.string() }) } });
    await manager.join("room");
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const anything = lab.manage();
    await anything.join("room");
    for (const data of [undefined, () => 1, cyclic, new Map(), "x".repeat(300_000)])
      expect(
        thrown(() => {
          anything.send("any", data);
        }).code,
      ).toBe("INVALID_ARGUMENT");
    expect(
      thrown(() => {
        manager.send("other" as "chat", {});
      }).message,
    ).toContain("messages");
    expect(
      thrown(() => {
        manager.send("chat", { text: 7 });
      }).message,
    ).toContain("schema");
  });
});

describe("U02: an application that sends events of its own to the same pages", () => {
  it("causes no warning, unlike an invalid message of the service", async () => {
    const warnings: unknown[] = [];
    const ignore = () => undefined;
    const warn = (...warning: unknown[]) => void warnings.push(warning);
    const manager = lab.manage(undefined, { logger: { debug: ignore, info: ignore, warn, error: ignore } });
    await manager.join("room");
    for (const payload of ["hello", null, undefined, 7, { text: "hello" }, { room: "lobby" }])
      for (const event of ["message", "metadata", "presence"]) lab.io.emit(event, payload);
    lab.io.emit("presence", { room: "room", id: "x", state: "asleep" });
    await expect.poll(() => warnings).toEqual([["Dropped an invalid message of the server", { event: "presence" }]]);
  });
});

describe("a listener that throws", () => {
  it("affects no other listener, and is logged", async () => {
    const errors: string[] = [];
    const logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (message: string) => void errors.push(message),
    };
    const manager = lab.manage(undefined, { logger });
    manager.on("state", () => {
      throw new Error("a mistake of the application");
    });
    const states: string[] = [];
    manager.on("state", (state) => states.push(state));
    await manager.join("room");
    expect(states).toEqual(["joining", "joined"]);
    expect(errors).toEqual(["A listener threw", "A listener threw"]);
  });
});
