import { FakeNetwork } from "@sig/client/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { plain } from "./apps/plain.js";
import { answers } from "./support/application.js";
import { BaseClient } from "./support/base-client.js";
import { withCalls } from "./support/host.js";
import { keepsItsOwn } from "./support/keeps-its-own.js";
import { ask, meet, start } from "./support/meeting.js";
import { manage, openPage } from "./support/page.js";

const kind = plain({ name: "connectionStateRecovery" }, { connectionStateRecovery: {} });

keepsItsOwn(kind);

describe("connectionStateRecovery: a connection that breaks and is recovered", () => {
  test("keeps the member, its id and its call; the others see it away and back", async () => {
    const { host, pages, managers } = await meet(await start(kind, withCalls), kind);
    const [ada, grace] = managers;
    const [{ own }] = pages;
    await ask(own, "enter");
    const events: string[] = [];
    ada.on("peerState", (_peer, state) => events.push(state));
    grace.on("peerPresence", (_peer, presence) => events.push(presence));
    grace.on("peerLeft", () => events.push("left"));
    grace.on("peerJoined", () => events.push("joined"));
    const before = { ada: ada.id, socket: own.id, connection: ada.peers.get(grace.id ?? "")?.connection };
    own.io.engine.close();
    await expect.poll(() => events).toEqual(["away", "online"]);
    expect(own.recovered, "by Socket.IO").toBe(true);
    expect({ ada: ada.id, socket: own.id, connection: ada.peers.get(grace.id ?? "")?.connection }).toEqual(before);
    // The room of the application is recovered too.
    const arrived = new Promise((resolve) => own.once("message", resolve));
    pages[1].own.emit("say", "hello");
    expect(await arrived).toBe("hello");
    expect(await ask(own, "message", "hello")).toBe(answers.message);
    expect(host.application.received).toEqual([["message", "hello"]]);
    const message = ada.once("message");
    grace.send("chat", "still here");
    expect(await message).toMatchObject({ data: "still here" });
    const left = grace.once("peerLeft");
    await ada.leave();
    expect((await left)[1]).toBe("left");
  });

  test("brings what the application sent in between, once", async () => {
    const { host, pages, managers } = await meet(await start(kind, withCalls), kind);
    const [{ own, received }] = pages;
    await ask(own, "enter");
    const texts = () => received.filter(([event]) => event === "message").map(([, text]) => text);
    // Socket.IO resumes after the last event that has arrived.
    pages[1].own.emit("say", "before");
    await expect.poll(texts).toEqual(["before"]);
    const state = managers[0].once("state");
    host.io.sockets.sockets.get(own.id ?? "")?.once("disconnect", () => {
      host.io.to("standup").emit("message", "meanwhile");
    });
    own.io.engine.close();
    expect(await state).toBe("reconnecting");
    await expect.poll(() => managers[0].state).toBe("joined");
    expect([own.recovered, texts()]).toEqual([true, ["before", "meanwhile"]]);
  });

  test("lets a legacy client that joins on each connect be in the room again, once", async () => {
    const host = await start(kind, withCalls);
    const [{ own }, page] = [await openPage(host, kind), await openPage(host, kind)];
    const network = new FakeNetwork();
    const old = new BaseClient(own, "standup", network.connectionClass("old"));
    own.on("connect", () => old.join());
    old.join();
    const ada = manage(page, network, "ada");
    onTestFinished(() => ada.leave());
    await ada.join("standup");
    await expect.poll(() => ada.peers.get(old.id)?.state).toBe("connected");
    const { id } = old;
    const left = ada.once("peerLeft");
    const joined = ada.once("peerJoined");
    own.io.engine.close();
    expect((await left)[1]).toBe("lost");
    await joined;
    expect([own.recovered, old.id]).toEqual([true, id]);
    await expect.poll(() => ada.peers.get(id)?.state).toBe("connected");
    expect(await host.signaling.peers("standup")).toHaveLength(2);
  });
});
