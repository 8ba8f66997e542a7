import { attachSignaling } from "@sig/server";
import { Server } from "socket.io";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withLab } from "./lab/with-lab.js";

const cycles = 500;
/** The heap of V8 itself varies by some hundred kilobytes. */
const allowedBytes = 2 * 1024 * 1024;

const lab = withLab();
let io: Server;

// Without a rate limit: no person joins this often.
beforeAll(() => {
  io = new Server(0, { cors: { origin: "*" } });
  attachSignaling(io, { rateLimit: false });
});

afterAll(() => io.close());

it(
  `${String(cycles)} joins and leaves leave no open connection, no listener and no growing heap`,
  { timeout: 600_000 },
  async () => {
    const { page } = await lab.open();
    const { port } = io.httpServer.address() as { port: number };
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
        const [resident, visitor] = sockets.map((socket) => new PeerManager(socket, { RTCPeerConnection: Counted }));
        if (resident === undefined || visitor === undefined) throw new Error("Two sockets make two managers.");
        await resident.join("leaks");
        window.kept.counts = counts;
        window.kept.listeners = () =>
          sockets.map((socket) => Object.keys((socket as unknown as { _callbacks?: object })._callbacks ?? {}).length);
        window.kept.leave = () => resident.leave();
        window.kept.cycle = async (times: number) => {
          for (let cycle = 0; cycle < times; cycle += 1) {
            await visitor.join("leaks");
            const states = () =>
              [resident, visitor].flatMap(({ peers }) => [...peers.values()].map(({ state }) => state)).join(" ");
            // `until` would poll, and its waits would add up.
            if (states() !== "connected connected") {
              await new Promise<void>((resolve) => {
                const offs = [resident, visitor].map((manager) =>
                  manager.on("peerState", () => {
                    if (states() !== "connected connected") return;
                    for (const off of offs) off();
                    resolve();
                  }),
                );
              });
            }
            const left = resident.once("peerLeft");
            await visitor.leave();
            await left;
          }
          await until(
            () => resident.peers.size,
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
    // In parts: a single call would be too long, and Chromium allows 500 connections a page, including closed ones
    // before garbage collection.
    for (let done = 0; done < cycles; done += 50) {
      await run(50);
      await collectGarbage();
    }
    const grown = (await usedHeap()) - before;
    // One more was created ahead for the empty room.
    const made = 2 * (cycles + 20) + 1;
    expect(await page.evaluate(() => window.kept.counts)).toEqual({ made, closed: made });
    expect(grown, "bytes").toBeLessThan(allowedBytes);
    const listeners = (): Promise<number[]> => page.evaluate(() => (window.kept.listeners as () => number[])());
    expect(await listeners()).toEqual([18, 0]);
    await page.evaluate(() => (window.kept.leave as () => Promise<void>)());
    expect(await listeners()).toEqual([0, 0]);
  },
);
