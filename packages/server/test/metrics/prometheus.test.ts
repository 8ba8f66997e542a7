import { attachSignaling } from "@sig/server";
import { registerMetrics } from "@sig/server/metrics";
import { register, Registry } from "prom-client";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { newKey } from "../client.js";
import { startIo } from "../harness.js";
import { startMemoryService } from "../memory-service.js";

/** The lines of a scrape that have a number other than 0. */
async function scrape(registry: Registry): Promise<string[]> {
  const text = await registry.metrics();
  return text.split("\n").filter((line) => /^\w/.test(line) && !line.endsWith(" 0"));
}

describe("registerMetrics of @sig/server/metrics", () => {
  it("shows the numbers of the service as they are when it is scraped", async () => {
    const { signaling, connect } = startMemoryService();
    const registry = new Registry();
    registerMetrics(signaling, registry);
    expect(await scrape(registry)).toEqual(["sig_roster_reachable 1"]);
    const [ada, bob] = [connect(), connect()];
    const reply = await ada.join("r", { key: newKey() });
    await bob.join("r", { key: newKey() });
    await bob.call("offer", { room: "r", to: reply.ok ? reply.id : "", sdp: "v=0" });
    await bob.call("offer", { room: "q", to: "x", sdp: "v=0" });
    ada.disconnect();
    const expected = [
      "sig_connections 1",
      'sig_members{state="online"} 1',
      'sig_members{state="away"} 1',
      "sig_rooms 1",
      "sig_roster_reachable 1",
      "sig_joins_total 2",
      'sig_relayed_total{event="offer"} 1',
      'sig_rejected_total{code="NOT_IN_ROOM"} 1',
    ];
    expect((await scrape(registry)).sort()).toEqual(expected.sort());
    expect((await scrape(registry)).sort(), "a second scrape counts nothing twice").toEqual(expected.sort());
    await signaling.close();
    expect(await scrape(registry)).toEqual(
      expect.arrayContaining(["sig_closing 1", "sig_joins_total 2", 'sig_exits_total{reason="closed"} 2']),
    );
  });

  it("has every number of `metrics()` once, with 0 before anything has happened", async () => {
    const { signaling } = startMemoryService();
    const registry = new Registry();
    registerMetrics(signaling, registry);
    const families = await registry.getMetricsAsJSON();
    const values = families.flatMap(({ values: all }) => all);
    expect(values).toHaveLength(Object.keys(signaling.metrics()).length);
    expect(
      values.reduce((sum, { value }) => sum + value, 0),
      "the roster is reachable",
    ).toBe(1);
    for (const { name, help, type } of families) {
      expect([name, help]).toEqual([expect.stringMatching(/^sig_[a-z_]+$/), expect.stringMatching(/^[A-Z1].+\.$/)]);
      expect([name, name.endsWith("_total")]).toEqual([name, String(type) === "counter"]);
    }
  });

  it("reads a service once for each scrape, and at no other time", async () => {
    const { signaling } = startMemoryService();
    const source = { metrics: vi.fn(() => signaling.metrics()) };
    const registry = new Registry();
    registerMetrics(source, registry);
    expect(source.metrics).not.toHaveBeenCalled();
    await registry.metrics();
    expect(source.metrics).toHaveBeenCalledTimes(1);
    await registry.metrics();
    expect(source.metrics).toHaveBeenCalledTimes(2);
  });

  it("adds up several services; one that closes, or whose roster fails, is seen", async () => {
    const { io } = await startIo();
    const services = [attachSignaling(io.of("/a")), attachSignaling(io.of("/b"))] as const;
    for (const service of services) onTestFinished(() => service.close());
    const { signaling, connect } = startMemoryService();
    await connect().join("r", { key: newKey() });
    const registry = new Registry();
    registerMetrics([...services, signaling], registry);
    expect(await scrape(registry)).toEqual(
      expect.arrayContaining(["sig_connections 1", "sig_joins_total 1", "sig_roster_reachable 1"]),
    );
    const unreachable = { metrics: () => ({ ...signaling.metrics(), rosterReachable: 0 }) };
    const other = new Registry();
    registerMetrics([signaling, unreachable], other);
    expect((await scrape(other)).filter((line) => /reachable|joins/.test(line))).toEqual(["sig_joins_total 2"]);
    await services[1].close();
    expect(await scrape(registry)).toContain("sig_closing 1");
  });

  it("rejects a second call for one registry, and adds nothing then", async () => {
    const { signaling } = startMemoryService();
    const registry = new Registry();
    const remove = registerMetrics(signaling, registry);
    expect(() => registerMetrics(signaling, registry)).toThrow(
      "registerMetrics: this registry has a metric sig_connections already. Call registerMetrics once for each " +
        "registry, with all services.",
    );
    remove();
    expect(await registry.metrics()).toBe("\n");
    registerMetrics(signaling, registry);
    expect(await scrape(registry)).toEqual(["sig_roster_reachable 1"]);
    expect(() => registerMetrics([], registry)).toThrow(TypeError);
  });

  it("uses the global registry of prom-client by default", async () => {
    onTestFinished(registerMetrics(startMemoryService().signaling));
    expect(await scrape(register)).toEqual(["sig_roster_reachable 1"]);
  });
});
