import { describe, expect, it } from "vitest";
import { connected, eventsMatching, joinLab, receivesFrames } from "./lab/lab-page.js";
import { withLab } from "./lab/with-lab.js";
import { pairingsHere } from "./support/pairings.js";

describe("joining", () => {
  const lab = withLab();

  it("connects two peers that join at the same moment, 24 times out of 24", async () => {
    const pages = await Promise.all([lab.open(), lab.open()]);
    for (let round = 0; round < 24; round += 1) {
      const room = `at-once-${String(round)}`;
      await Promise.all(pages.map((page) => joinLab(page, room)));
      await Promise.all(pages.map((page) => connected(page, 1)));
      await Promise.all(pages.map(({ page }) => page.evaluate(() => window.manager.leave())));
    }
    expect(pages.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it("connects three peers that join at the same moment, each pair once", async () => {
    const pages = await Promise.all([lab.open(), lab.open(), lab.open()]);
    await Promise.all(pages.map((page) => joinLab(page, "three", { camera: true })));
    await Promise.all(pages.map((page) => connected(page, 2)));
    await Promise.all(pages.map((page) => receivesFrames(page)));
    for (const page of pages) expect(await eventsMatching(page, /^peerJoined/)).toHaveLength(2);
  });

  it.each(pairingsHere(["chromium chromium", "firefox firefox"]))(
    "is let in by the answer to its request to connect, and sends its join once more: %s",
    async (engine) => {
      const { page } = await lab.open(undefined, { engine });
      const packets = await page.evaluate(async () => {
        const { PeerManager, io, until } = window.lab;
        const packets: string[] = [];
        const socket = io({ transports: ["websocket"], forceNew: true, auth: { app: 1 } });
        const record = (way: string) => (packet: { type: string; data?: string }) => {
          const name = /^(?:4[0-9]*|[0-3][0-9]*)?(?:\["\w+")?/.exec(packet.data ?? "")?.[0] ?? "";
          if (packet.type === "message") packets.push(`${way} ${name}`);
        };
        socket.io.engine.on("packetCreate", record("out"));
        socket.io.engine.on("packet", record("in"));
        await new PeerManager(socket).join("on-connect");
        packets.push("joined");
        await until(
          () => packets.length,
          (count) => count === 6,
        );
        return [...packets, JSON.stringify(socket.auth)];
      });
      expect(packets).toEqual([
        "out 0",
        "in 0",
        'out 20["createAndJoinRoom"',
        'in 2["created"',
        "joined",
        "in 30",
        '{"app":1}',
      ]);
    },
  );

  it("connects two managers that share one socket, each in a room of its own", async () => {
    const pages = await Promise.all([lab.open(), lab.open()]);
    const states = await Promise.all(
      pages.map(({ page }) =>
        page.evaluate(async () => {
          const { PeerManager, io, until } = window.lab;
          const socket = io();
          const managers = [new PeerManager(socket), new PeerManager(socket)];
          await Promise.all(managers.map((manager, at) => manager.join(`shared-${String(at)}`)));
          return until(
            () => managers.map(({ peers }) => [...peers.values()].map(({ state }) => state).join()),
            (states) => states.every((state) => state === "connected"),
          );
        }),
      ),
    );
    expect(states).toEqual([
      ["connected", "connected"],
      ["connected", "connected"],
    ]);
  });

  it("rejects with TIMEOUT and a hint when no server answers, and the manager can join again", async () => {
    const { page } = await lab.open();
    const result = await page.evaluate(async () => {
      const { PeerManager, io } = window.lab;
      const manager = new PeerManager(io("http://127.0.0.1:9", { reconnection: false }));
      const joining = manager.join("unreachable", { timeoutMs: 300 }).then(() => undefined);
      const { code, message, retryable } = (await joining.catch((error: unknown) => error)) as {
        code: string;
        message: string;
        retryable: boolean;
      };
      return { code, message, retryable, state: manager.state };
    });
    expect(result).toMatchObject({ code: "TIMEOUT", retryable: true, state: "idle" });
    expect(result.message).toContain("could not be reached");
  });

  it("rejects with ABORTED when its signal aborts", async () => {
    const { page } = await lab.open();
    const code = await page.evaluate(async () => {
      const { PeerManager, io } = window.lab;
      const controller = new AbortController();
      const joining = new PeerManager(io()).join("never", { signal: controller.signal });
      controller.abort();
      return joining.then(
        () => "joined",
        (error: unknown) => (error as { code: string }).code,
      );
    });
    expect(code).toBe("ABORTED");
  });
});

describe("joining with local addresses hidden behind .local names", () => {
  const lab = withLab({ launch: { devices: false, mdns: true } });

  it("connects two peers", async () => {
    const pages = await Promise.all([lab.open(), lab.open()]);
    await Promise.all(pages.map((page) => joinLab(page, "mdns")));
    await Promise.all(pages.map((page) => connected(page, 1)));
    for (const { page } of pages) {
      const candidates = await page.evaluate(
        () => window.lab.connection()?.localDescription?.sdp.match(/^a=candidate.*$/gm) ?? [],
      );
      expect(candidates).not.toEqual([]);
      for (const candidate of candidates) expect(candidate).toContain(".local");
    }
  });
});
