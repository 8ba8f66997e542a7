import { createRequire } from "node:module";
import { FakeNetwork } from "@sig/client/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { plain } from "./apps/plain.js";
import { answers } from "./support/application.js";
import { BaseClient, type BaseSocket } from "./support/base-client.js";
import { urlOf, withCalls, type Host } from "./support/host.js";
import { keepsItsOwn } from "./support/keeps-its-own.js";
import { start } from "./support/meeting.js";
import { manage, openPage } from "./support/page.js";

interface Socket2 extends BaseSocket {
  readonly id: string;
  disconnect(): void;
}

/** The client of Socket.IO 2 has no types of its own. */
const connect2 = createRequire(import.meta.url)("socket.io-client-2") as (url: string, options: object) => Socket2;

const kind = plain({ name: "allowEIO3" }, { allowEIO3: true });

keepsItsOwn(kind);

/** A page of the application that was never brought up to date. */
async function openOldPage(host: Host): Promise<{ socket: Socket2; received: string[] }> {
  const socket = connect2(urlOf(host), { forceNew: true });
  onTestFinished(() => socket.disconnect());
  const received: string[] = [];
  for (const event of ["rejected", "presence", "metadata", "iceServers", "message"])
    socket.on(event, () => received.push(event));
  await new Promise<void>((resolve) => socket.on("connect", resolve));
  return { socket, received };
}

describe("allowEIO3: a client of Socket.IO 2.5 that was written from the base protocol", () => {
  test.each(["before", "after"])("calls a page of today that joined %s it, and leaves", async (when) => {
    const host = await start(kind, withCalls);
    const network = new FakeNetwork();
    const page = await openPage(host, kind);
    const ada = manage(page, network, "ada");
    onTestFinished(() => ada.leave());
    const { socket, received } = await openOldPage(host);
    const old = new BaseClient(socket, "standup", network.connectionClass("old"));
    if (when === "before") await ada.join("standup");
    old.join();
    await expect.poll(() => old.id).not.toBe("");
    if (when === "after") await ada.join("standup");
    await expect.poll(() => ada.peers.get(old.id)?.state).toBe("connected");
    expect([...old.connections.keys()]).toEqual([ada.id]);
    expect(old.id, "the id of its session is a credential").not.toBe(socket.id);
    const left = ada.once("peerLeft");
    old.exit();
    expect((await left)[0].id).toBe(old.id);
    expect([ada.peers.size, received]).toEqual([0, []]);
  });

  test("calls another of its kind, and sees it go when its connection breaks", async () => {
    const host = await start(kind, withCalls);
    const network = new FakeNetwork();
    const sockets = [await openOldPage(host), await openOldPage(host)] as const;
    const [one, two] = sockets.map(
      ({ socket }, index) => new BaseClient(socket, "standup", network.connectionClass(`old ${String(index)}`)),
    ) as [BaseClient, BaseClient];
    one.join();
    await expect.poll(() => one.id).not.toBe("");
    two.join();
    await expect.poll(() => one.connections.get(two.id)?.connectionState).toBe("connected");
    await expect.poll(() => two.connections.get(one.id)?.connectionState).toBe("connected");
    sockets[1].socket.disconnect();
    await expect.poll(() => one.left).toEqual([two.id]);
    expect(sockets.map(({ received }) => received)).toEqual([[], []]);
  });

  test("keeps its own events, with their own answers, in a call and out of it", async () => {
    const host = await start(kind, withCalls);
    const { socket, received } = await openOldPage(host);
    const old = new BaseClient(socket, "standup", new FakeNetwork().RTCPeerConnection);
    const ask = (event: string, payload: unknown) => new Promise((resolve) => socket.emit(event, payload, resolve));
    for (const joined of [false, true]) {
      if (joined) {
        old.join();
        await expect.poll(() => old.id).not.toBe("");
      }
      for (const [event, answer] of Object.entries(answers))
        for (const payload of ["hello", null, { room: "standup", type: "chat", data: 1, metadata: 1 }])
          expect(await ask(event, payload)).toEqual(answer);
      for (let count = 0; count < 850; count += 1) socket.emit("message", count);
      expect(await ask("exitLobby", "now")).toBe(answers.exitLobby);
    }
    expect(host.application.received.filter(([, payload]) => typeof payload === "number")).toHaveLength(1700);
    expect(received).toEqual([]);
  });
});
