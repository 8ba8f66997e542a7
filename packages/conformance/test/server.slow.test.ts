import { describe, expect, it, onTestFinished } from "vitest";
import { checkServer, type Report } from "../src/index.js";
import { brokenGateways, brokenServers } from "./broken-servers.js";
import { serve } from "./serve.js";

const notPassed = ({ results }: Report) => results.filter(({ status }) => status !== "passed");

it("our server passes every rule", async () => {
  // Only the rule about lost members needs a short grace time; others could fail with it on a slow machine.
  const [server, shortGrace] = [await serve(), await serve({}, { graceMs: 300 })];
  for (const { close } of [server, shortGrace]) onTestFinished(close);
  const report = await checkServer(server.url, { except: ["presence.lost"], devicePath: "/device" });
  const lost = await checkServer(shortGrace.url, { only: ["presence.lost"], graceSeconds: 0.3 });
  expect([report, lost].flatMap(notPassed)).toEqual([]);
  expect(report.passed).toBe(report.results.length);
  expect(lost.passed).toBe(1);
});

it("a server that dies fails one rule, and the rest is skipped", async () => {
  const server = await serve();
  onTestFinished(() => server.close());
  const report = await checkServer(server.url, { onResult: ({ rule }) => rule === "joining.ack" && server.die() });
  expect(notPassed(report).slice(0, 2)).toEqual([
    expect.objectContaining({
      rule: "joining.joined",
      status: "failed",
      expected: "a connection",
      actual: `No connection to ${server.url}: nothing listens there.`,
    }),
    expect.objectContaining({
      rule: "joining.first",
      status: "skipped",
      reason: "the server is no longer reachable",
    }),
  ]);
  expect([report.passed, report.failed]).toEqual([2, 1]);
});

// All of them run at the same time, and each rule that fails waits for its whole time.
const timeout = 120_000;

describe.concurrent("A gateway for devices that", { timeout }, () => {
  it.each(brokenGateways)("$name fails exactly the rules about it", async ({ breaks, ...broken }) => {
    const server = await serve(broken);
    const report = await checkServer(server.url, { only: ["device"], devicePath: "/device", timeoutMs: 2_500 });
    await server.close();
    expect(notPassed(report).map(({ rule }) => rule)).toEqual(breaks);
  });
});

describe.concurrent("A server that", { timeout }, () => {
  it.each(brokenServers)("$name fails exactly the rules about it", async ({ breaks, ...broken }) => {
    const server = await serve(broken);
    // The vectors repeat what single rules check, and a flood checks little else.
    const report = await checkServer(server.url, {
      except: ["vectors", "limits.flood", "limits.burst", "presence.lost", "device"],
      timeoutMs: 2_500,
    });
    await server.close();
    expect(notPassed(report).map(({ rule }) => rule)).toEqual(breaks);
    for (const { expected, actual } of notPassed(report))
      expect([expected, actual]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
  });
});
