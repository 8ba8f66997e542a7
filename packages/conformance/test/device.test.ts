import { describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { checkDevice, type Report } from "../src/index.js";
import { startDevice, type DeviceFaults } from "./hand-written-device.js";

async function checkOne(faults?: DeviceFaults): Promise<Report> {
  const devices: WebSocket[] = [];
  const report = await checkDevice({
    timeoutMs: 1_500,
    onReady: ({ url }) => void devices.push(startDevice(url, faults)),
  });
  for (const device of devices) device.terminate();
  return report;
}

const failures = ({ results }: Report) => results.filter(({ status }) => status === "failed").map(({ rule }) => rule);

it("a correct device passes every rule", async () => {
  const report = await checkOne();
  expect(report.results.filter(({ status }) => status !== "passed")).toEqual([]);
});

const broken: [name: string, breaks: string[], faults: DeviceFaults][] = [
  [
    "does not name the viewer that it answers",
    ["device.second-viewer"],
    { answer: ({ type, sdp }) => ({ type, sdp }) },
  ],
  ["keeps one connection for all offers", ["device.new-offer"], { sameConnection: true }],
  [
    "has no certificate",
    ["device.answers"],
    { answer: (answer) => ({ ...answer, sdp: answer.sdp.replace(/^a=fingerprint.*\r\n/gm, "") }) },
  ],
  [
    "sends no candidate line",
    ["device.candidates"],
    { candidate: () => ({ candidate: "", sdpMLineIndex: 0, sdpMid: "0" }) },
  ],
  ["disconnects at an unknown message", ["device.unknown"], { disconnectsAt: ({ type }) => type === "weather" }],
  ["answers no ping", ["device.pong"], { noPongs: true }],
  [
    "sends invalid JSON",
    ["device.candidates", "device.valid"],
    { candidate: ({ candidate }) => `candidate=${candidate}` },
  ],
];

describe.concurrent("A device that", () => {
  it.each(broken)("%s fails exactly the rules about it", async (_, breaks, faults) => {
    expect(failures(await checkOne(faults))).toEqual(breaks);
  });
});

it("a device whose connection ends fails at once, and the rules that need it are skipped", async () => {
  const devices: WebSocket[] = [];
  const report = await checkDevice({
    timeoutMs: 60_000,
    onReady: ({ url }) => void devices.push(startDevice(url, { disconnectsAt: ({ type }) => type === "offer" })),
  });
  expect(failures(report)).toEqual(["device.answers"]);
  expect(report.results[1]).toMatchObject({ actual: "the end of the device's connection" });
  expect(report.results.find(({ rule }) => rule === "device.new-offer")).toMatchObject({
    status: "skipped",
    reason: "the device's connection has ended",
  });
});

it("the result of a device that the gateway rejects has the reason", async () => {
  const devices: WebSocket[] = [];
  const report = await checkDevice({
    timeoutMs: 60_000,
    only: ["device.connects"],
    onReady: ({ url }) => void devices.push(startDevice(`${url}&key=short`)),
  });
  expect(report.results[0]?.actual).toMatch(/^the end of its connection, after BAD_PAYLOAD: /);
});

it("a device that does not connect fails one rule, and passes none", async () => {
  const report = await checkDevice({ waitMs: 50 });
  expect(failures(report)).toEqual(["device.connects"]);
  expect(report.passed).toBe(0);
});
