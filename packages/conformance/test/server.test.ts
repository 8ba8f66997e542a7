import { describe, expect, it, onTestFinished } from "vitest";
import { judgeServer, type Report } from "../src/index.js";
import { brokenGateways, brokenServers } from "./broken-servers.js";
import { serve } from "./serve.js";

const wrong = ({ findings }: Report) => findings.filter(({ verdict }) => verdict !== "right");

it("our server is right in every sentence", async () => {
  // Nobody who comes back is late but where it is asked what becomes of those who are.
  const [server, impatient] = [await serve(), await serve({}, { graceMs: 300 })];
  for (const { close } of [server, impatient]) onTestFinished(close);
  const report = await judgeServer(server.url, { except: ["presence.lost"], devicePath: "/device" });
  const late = await judgeServer(impatient.url, { only: ["presence.lost"], graceSeconds: 0.3 });
  expect([report, late].flatMap(wrong)).toEqual([]);
  expect(report.right).toBe(report.findings.length);
  expect(late.right).toBe(1);
});

it("a server that dies is told so once, and judged in nothing more", async () => {
  const server = await serve();
  onTestFinished(() => server.close());
  const report = await judgeServer(server.url, { onFinding: ({ rule }) => rule === "joining.ack" && server.die() });
  expect(wrong(report).slice(0, 2)).toEqual([
    expect.objectContaining({
      rule: "joining.joined",
      verdict: "wrong",
      expected: "a connection",
      came: `No connection to ${server.url}: nobody listens there.`,
    }),
    expect.objectContaining({
      rule: "joining.first",
      verdict: "not judged",
      why: "the server cannot be reached any more",
    }),
  ]);
  expect([report.right, report.wrong]).toEqual([2, 1]);
});

describe.concurrent("A gateway for devices that", () => {
  it.each(brokenGateways)("$name is told so, and of nothing else", async ({ breaks, ...broken }) => {
    const server = await serve(broken);
    const report = await judgeServer(server.url, { only: ["device"], devicePath: "/device", patienceMs: 2_500 });
    await server.close();
    expect(wrong(report).map(({ rule }) => rule)).toEqual(breaks);
  });
});

describe.concurrent("A server that", () => {
  it.each(brokenServers)("$name is told so, and of nothing else", async ({ breaks, ...broken }) => {
    const server = await serve(broken);
    // The vectors say again what single rules say, and a flood says little of anything else.
    const report = await judgeServer(server.url, {
      except: ["vectors", "limits.flood", "limits.burst", "presence.lost", "device"],
      patienceMs: 2_500,
    });
    await server.close();
    expect(wrong(report).map(({ rule }) => rule)).toEqual(breaks);
    for (const { expected, came } of wrong(report))
      expect([expected, came]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
  });
});
