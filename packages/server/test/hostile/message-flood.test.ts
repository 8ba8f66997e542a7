import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { newKey, type TestClient } from "../client.js";
import { long, megabyte, p99, startAttacked } from "./attacked.js";

const floodMs = long ? 30_000 : 2_000;

/** Sends offers from one peer to another, and returns the milliseconds that each took. */
async function measure(from: TestClient, to: TestClient, id: string, isOver: () => boolean): Promise<number[]> {
  const taken: number[] = [];
  while (!isOver()) {
    const mark = `mark ${String(Math.random())}`;
    const start = performance.now();
    from.emit("offer", { room: "r", to: id, sdp: mark });
    await to.next("offer", ({ sdp }) => sdp === mark);
    taken.push(performance.now() - start);
    // Fewer than the peer may send.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return taken;
}

describe("T16: a flood of messages", () => {
  it("T16: is throttled within a second and cut off within five, and others go on", { timeout: 120_000 }, async () => {
    const server = await startAttacked();
    const [a, b] = [await server.connect(), await server.connect()];
    await a.join("r", { key: newKey() });
    const { id: to } = await b.join("r", { key: newKey() });
    let samples = long ? 200 : 20;
    const baseline = await measure(a, b, to, () => (samples -= 1) < 0);

    const before = await server.startMeasuring();
    const start = performance.now();
    const workerData = { url: server.url, key: newKey(), to, perSecond: 10_000, floodMs };
    const flooder = new Worker(new URL("flooder.mjs", import.meta.url), { workerData });
    let isOver = false;
    const measuring = measure(a, b, to, () => isOver);
    const [report] = (await once(flooder, "message")) as [{ sent: number; throttledMs?: number; cutMs?: number }];
    isOver = true;
    const during = await measuring;
    await b.roundTrip();
    const seconds = (performance.now() - start) / 1000;
    const { peakRss, cutOffs, uncaught } = await server.status();

    expect(report.sent).toBeGreaterThan(floodMs);
    expect(report.throttledMs).toBeLessThanOrEqual(1_000);
    expect(report.cutMs).toBeLessThanOrEqual(5_000);
    expect(new Set(cutOffs)).toEqual(new Set(["flood"]));
    // The burst, 40 for each of two other peers, and what time restores: coming back gave nothing new.
    expect(b.received("candidate").length).toBeLessThanOrEqual(300 + 2 * 40 + 50 * seconds);
    expect((peakRss - before) / megabyte).toBeLessThanOrEqual(50);
    expect(uncaught).toBe(0);
    // The long tests have a quiet machine, but other files run beside this one: what a person would not notice passes.
    if (long) expect(p99(during)).toBeLessThanOrEqual(Math.max(2 * p99(baseline), 200));
  });
});
