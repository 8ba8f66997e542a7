import { expect, it } from "vitest";
import type { PeerConnection } from "../peer-connection.js";
import { StatsSampler } from "./stats-sampler.js";

const report = new Map() as RTCStatsReport;

function statistics(getStats: () => Promise<RTCStatsReport>): StatsSampler {
  return new StatsSampler({ getStats } as unknown as PeerConnection);
}

it("gives what the connection counts, each time anew", async () => {
  const reports = [report, new Map() as RTCStatsReport];
  const asked = statistics(() => Promise.resolve(reports.shift() ?? report));
  const given = await Promise.all([asked.ask(), asked.ask()]);
  expect(given[0]).toBe(report);
  expect(given[1]).not.toBe(report);
});

it("lets nobody wait for a browser that never answers because the connection was closed", async () => {
  const asked = statistics(() => new Promise(() => undefined));
  const given = Promise.all([asked.ask(), asked.ask()]);
  asked.close();
  expect(await given).toEqual([undefined, undefined]);
});

it("says why the connection gives none", async () => {
  const rejection = new DOMException("closed", "InvalidStateError");
  await expect(statistics(() => Promise.reject(rejection)).ask()).rejects.toBe(rejection);
});
