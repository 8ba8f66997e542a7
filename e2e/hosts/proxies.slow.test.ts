import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { plain } from "./apps/plain.js";
import { answers } from "./support/application.js";
import { withCalls } from "./support/host.js";
import { HttpProxy, type HttpProxyOptions } from "./support/http-proxy.js";
import { ask, meet, peerStates, start } from "./support/meeting.js";

const path = "/realtime/io";

/** Two people in a call whose pages reach the server through a proxy, on a path of the application's own. */
async function meetThrough(options: HttpProxyOptions, transports: ("polling" | "websocket")[]) {
  const kind = plain({ name: "a custom path", clientOptions: { path, transports } }, { path });
  const host = await start(kind, withCalls);
  const proxy = await HttpProxy.open((host.http.address() as AddressInfo).port, options);
  onTestFinished(() => proxy.close());
  return { proxy, ...(await meet(host, kind, proxy.url)) };
}

describe("a custom path behind a proxy", () => {
  test.each([
    ["WebSockets", ["websocket"] as const],
    ["long polling requests", ["polling"] as const],
  ])("that cuts idle %s after 2 s: the call goes on, and everybody comes back each time", async (_, transports) => {
    const { proxy, managers, pages, host } = await meetThrough({ idleMs: 2000 }, [...transports]);
    const events: string[] = [];
    const returns = [0, 0];
    managers.forEach((manager, index) => {
      manager.on("peerLeft", (_peer, reason) => events.push(`left: ${reason}`));
      manager.on("peerJoined", () => events.push("joined"));
      manager.on("peerState", (_peer, state) => events.push(state));
      manager.on("error", ({ code }) => events.push(code));
      manager.on("state", (state) => {
        if (state === "joined") returns[index] = (returns[index] ?? 0) + 1;
      });
    });
    const ids = managers.map(({ id }) => id);
    await expect.poll(() => Math.min(...returns), { timeout: 15_000 }).toBeGreaterThanOrEqual(2);
    expect(proxy.cuts).toBeGreaterThanOrEqual(4);
    expect([events, managers.map(({ id }) => id)]).toEqual([[], ids]);
    const arrived = managers[1].once("message");
    managers[0].send("chat", "still here");
    expect(await arrived).toMatchObject({ data: "still here" });
    await expect.poll(() => pages[0].own.connected).toBe(true);
    expect(await ask(pages[0].own, "message", "hello")).toBe(answers.message);
    expect(await host.signaling.rooms()).toEqual([{ name: "standup", peers: 2 }]);
  });

  test("that buffers responses and blocks upgrades: calls go over long polling", async () => {
    const { proxy, managers, pages, rejected } = await meetThrough({ buffers: true, upgrades: false }, [
      "polling",
      "websocket",
    ]);
    await expect.poll(() => proxy.blocked).toBe(2);
    expect(pages.map(({ own }) => own.io.engine.transport.name)).toEqual(["polling", "polling"]);
    expect(managers.map(peerStates)).toEqual([["connected"], ["connected"]]);
    expect(await ask(pages[0].own, "message", "hello")).toBe(answers.message);
    const changed = managers[1].once("peerMetadata");
    await managers[0].setMetadata({ name: "Ada" });
    expect((await changed)[1]).toEqual({ name: "Ada" });
    expect(rejected).toEqual([]);
    const left = managers[1].once("peerLeft");
    await managers[0].leave();
    expect((await left)[1]).toBe("left");
  });
});
