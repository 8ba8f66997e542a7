import { describe, expect, onTestFinished, test } from "vitest";
import { answers, greeting } from "./application.js";
import { urlOf, withCalls, withoutCalls, type HostKind } from "./host.js";
import { inventory, transports } from "./inventory.js";
import { ask, meet, peerStates, start } from "./meeting.js";
import { connected, openPage } from "./page.js";

const ownPayloads: readonly unknown[] = ["hello", 7, null, ["a"], { text: "hello" }, { room: "lobby" }];

/** The table of checks that each row of the matrix goes through. */
export function keepsItsOwn(kind: HostKind): void {
  describe(`${kind.name}: while two people are in a call`, () => {
    test("the routes of the application answer", async () => {
      const { host } = await meet(await start(kind, withCalls), kind);
      expect(await (await fetch(urlOf(host))).text()).toBe(greeting);
    });

    test("the events of the application reach it once, and have its own answers", async () => {
      const { host, pages, managers, rejected } = await meet(await start(kind, withCalls), kind);
      const expected: [string, unknown][] = [];
      for (const [event, answer] of Object.entries(answers))
        for (const payload of ownPayloads) {
          expected.push([event, payload]);
          expect(await ask(pages[0].own, event, payload)).toEqual(answer);
        }
      const { received } = host.application;
      expect(received.filter(([event]) => event in answers)).toEqual(expected);
      managers[0].send("chat", "still here");
      expect(await managers[1].once("message")).toMatchObject({ type: "chat", data: "still here" });
      expect([pages[0].received.filter(([event]) => event === "rejected"), rejected]).toEqual([[], []]);
    });

    test("its rooms are its own, and what it sends there is nothing to the call", async () => {
      const { host, pages, managers } = await meet(await start(kind, withCalls), kind);
      const own = host.namespaces.find(({ name }) => name === kind.own);
      expect(own?.adapter.rooms.has("standup"), "the room of the call").toBe(false);
      const notices: unknown[] = [];
      for (const manager of managers) {
        manager.on("error", (error) => notices.push(error));
        manager.on("serverMessage", (message) => notices.push(message));
      }
      expect(await ask(pages[0].own, "enter")).toBe(true);
      const arrived = new Promise((resolve) => pages[0].own.once("message", resolve));
      pages[1].own.emit("say", { text: "hello" });
      expect(await arrived).toEqual({ text: "hello" });
      expect(await ask(pages[1].own, "message", "canary")).toBe(answers.message);
      expect(pages[1].received.filter(([event]) => event === "message")).toEqual([]);
      expect(notices).toEqual([]);
    });

    test("its middleware sees each connection and each event", async () => {
      const { host, pages } = await meet(await start(kind, withCalls), kind);
      await ask(pages[0].own, "message", "hello");
      expect(host.application.users).toEqual(["ada", "ada"]);
      expect(host.application.packets.filter((event) => event === "message")).toEqual(["message"]);
    });

    test("its second namespace has no calls", async () => {
      const { host, pages, rejected } = await meet(await start(kind, withCalls), kind);
      const admin = pages[0].own.io.socket("/admin");
      onTestFinished(() => void admin.disconnect());
      await connected(admin);
      const received: unknown[] = [];
      admin.onAny((...event: unknown[]) => received.push(event));
      admin.emit("createAndJoinRoom", { room: "standup" }, (reply: unknown) => received.push(reply));
      expect(await ask(admin, "message", "hello")).toBe("admin: hello");
      expect([received, rejected]).toEqual([[], []]);
      expect(host.namespaces.find(({ name }) => name === "/admin")?.sockets.size).toBe(1);
    });

    test("850 messages of the application cut nobody off, and none is rejected", async () => {
      const { host, pages, managers, rejected } = await meet(await start(kind, withCalls), kind);
      for (let count = 0; count < 850; count += 1) pages[0].own.emit("message", `message ${String(count)}`);
      expect(await ask(pages[0].own, "exitLobby", "now")).toBe(answers.exitLobby);
      expect(host.application.received.filter(([event]) => event === "message")).toHaveLength(850);
      expect([pages[0].own.connected, managers.map(peerStates)]).toEqual([true, [["connected"], ["connected"]]]);
      expect([pages[0].received.filter(([event]) => event === "rejected"), rejected]).toEqual([[], []]);
    });

    test("they exchange messages and metadata, and the one who leaves is gone", async () => {
      const { host, managers, rejected } = await meet(await start(kind, withCalls), kind);
      const [ada, grace] = managers;
      for (const [from, to] of [
        [ada, grace],
        [grace, ada],
      ] as const) {
        const arrived = to.once("message");
        from.send("chat", { text: "hello" });
        expect(await arrived).toMatchObject({ type: "chat", data: { text: "hello" } });
      }
      const notice = grace.once("serverMessage");
      const service = kind.serviceOf?.(host.signaling) ?? host.signaling;
      service.send("standup", "notice", { text: "Ten minutes left." });
      expect(await notice).toEqual({ type: "notice", data: { text: "Ten minutes left." } });
      const changed = grace.once("peerMetadata");
      await ada.setMetadata({ name: "Ada" });
      expect((await changed)[1]).toEqual({ name: "Ada" });
      // What is on its way to somebody who leaves may be rejected.
      expect(rejected).toEqual([]);
      const left = grace.once("peerLeft");
      await ada.leave();
      expect((await left)[1]).toBe("left");
      expect([grace.peers.size, grace.state]).toEqual([0, "joined"]);
    });
  });

  describe(`${kind.name}: after the call`, () => {
    test("`close` leaves no listener, and the application goes on", async () => {
      const bare = await start(kind, withoutCalls);
      await Promise.all([openPage(bare, kind), openPage(bare, kind)]);
      const meeting = await meet(await start(kind, withCalls), kind);
      const { host, pages, managers } = meeting;
      // An upgrade that is under way has listeners of its own.
      const [transport = "websocket"] = [kind.clientOptions?.transports?.at(-1)].flat();
      for (const each of [bare, host]) await expect.poll(() => new Set(transports(each))).toEqual(new Set([transport]));
      const ended = Promise.all(managers.map((manager) => manager.once("state")));
      await host.signaling.close();
      expect(await ended).toEqual(["reconnecting", "reconnecting"]);
      expect(inventory(host)).toEqual(inventory(bare));
      expect(await (await fetch(urlOf(host))).text()).toBe(greeting);
      expect(await ask(pages[0].own, "message", "hello")).toBe(answers.message);
      expect(pages.map(({ own }) => own.connected)).toEqual([true, true]);
    });

    test("the shutdown of the application ends in time, with people in a call", async () => {
      const { host, managers } = await meet(await start(kind, withCalls), kind);
      const lost = Promise.all(managers.map((manager) => manager.once("state")));
      await host.stop();
      expect(host.http.listening).toBe(false);
      expect(await lost).toEqual(["reconnecting", "reconnecting"]);
    });
  });
}
