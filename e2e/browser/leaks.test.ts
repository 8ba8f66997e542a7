import { attachSignaling } from "@sig/server";
import { Server } from "socket.io";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withLab } from "./lab/suite.js";

const cycles = 500;
/** What V8 keeps for itself comes and goes by some hundred kilobytes. */
const allowedBytes = 2 * 1024 * 1024;

const lab = withLab();
let host: Server;

// No person joins this often: the rate limit is not what is tried here.
beforeAll(() => {
  host = new Server(0, { cors: { origin: "*" } });
  attachSignaling(host, { rateLimit: false });
});

afterAll(() => host.close());

it(
  `${String(cycles)} joins and leaves end with no connection open, no listener left, and the heap as it was`,
  { timeout: 600_000 },
  async () => {
    const { page } = await lab.open();
    const { port } = host.httpServer.address() as { port: number };
    const devtools = await page.context().newCDPSession(page);
    const collectGarbage = (): Promise<unknown> => devtools.send("HeapProfiler.collectGarbage");
    const usedHeap = async (): Promise<number> => {
      await collectGarbage();
      return (await devtools.send("Runtime.getHeapUsage")).usedSize;
    };

    await page.evaluate(
      async (url) => {
        const { PeerManager, io, until } = window.lab;
        const counts = { made: 0, closed: 0 };
        class Counted extends RTCPeerConnection {
          constructor(configuration?: RTCConfiguration) {
            super(configuration);
            counts.made += 1;
          }

          override close(): void {
            if (this.signalingState !== "closed") counts.closed += 1;
            super.close();
          }
        }
        const sockets = [
          io(url, { forceNew: true, transports: ["websocket"] }),
          io(url, { forceNew: true, transports: ["websocket"] }),
        ];
        const [stays, comes] = sockets.map((socket) => new PeerManager(socket, { RTCPeerConnection: Counted }));
        if (stays === undefined || comes === undefined) throw new Error("two sockets make two managers");
        await stays.join("leaks");
        window.kept.counts = counts;
        window.kept.listeners = () =>
          sockets.map((socket) => Object.keys((socket as unknown as { _callbacks?: object })._callbacks ?? {}).length);
        window.kept.leave = () => stays.leave();
        window.kept.cycle = async (times: number) => {
          for (let cycle = 0; cycle < times; cycle += 1) {
            await comes.join("leaks");
            const states = () =>
              [stays, comes].flatMap(({ peers }) => [...peers.values()].map(({ state }) => state)).join(" ");
            // Far quicker than the waits of `until`, which this would be made of.
            if (states() !== "connected connected") {
              await new Promise<void>((resolve) => {
                const offs = [stays, comes].map((manager) =>
                  manager.on("peerState", () => {
                    if (states() !== "connected connected") return;
                    for (const off of offs) off();
                    resolve();
                  }),
                );
              });
            }
            const left = stays.once("peerLeft");
            await comes.leave();
            await left;
          }
          await until(
            () => stays.peers.size,
            (size) => size === 0,
          );
        };
      },
      `http://127.0.0.1:${String(port)}`,
    );

    const run = (times: number): Promise<void> =>
      page.evaluate((count) => (window.kept.cycle as (times: number) => Promise<void>)(count), times);
    await run(20);
    const before = await usedHeap();
    // In parts: no call outlasts what a driver allows, and Chromium has room for 500 connections in a page, those included that were closed and not collected yet.
    for (let done = 0; done < cycles; done += 50) {
      await run(50);
      await collectGarbage();
    }
    const grown = (await usedHeap()) - before;
    // One more was made ahead for the room when nobody was in it.
    const made = 2 * (cycles + 20) + 1;
    expect(await page.evaluate(() => window.kept.counts)).toEqual({ made, closed: made });
    expect(grown, "bytes").toBeLessThan(allowedBytes);
    const listeners = (): Promise<number[]> => page.evaluate(() => (window.kept.listeners as () => number[])());
    expect(await listeners()).toEqual([14, 0]);
    await page.evaluate(() => (window.kept.leave as () => Promise<void>)());
    expect(await listeners()).toEqual([0, 0]);
  },
);
