import { describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { judgeDevice, type Report } from "../src/index.js";
import { startDevice, type DeviceFaults } from "./hand-written-device.js";

async function judgeOne(faults?: DeviceFaults): Promise<Report> {
  const devices: WebSocket[] = [];
  const report = await judgeDevice({
    patienceMs: 1_500,
    onReady: ({ url }) => void devices.push(startDevice(url, faults)),
  });
  for (const device of devices) device.terminate();
  return report;
}

const wrong = ({ findings }: Report) => findings.filter(({ verdict }) => verdict === "wrong").map(({ rule }) => rule);

it("a device that is right is told so in every sentence", async () => {
  const report = await judgeOne();
  expect(report.findings.filter(({ verdict }) => verdict !== "right")).toEqual([]);
});

const broken: [name: string, breaks: string[], faults: DeviceFaults][] = [
  ["says nothing of whom it answers", ["device.second-viewer"], { answer: ({ type, sdp }) => ({ type, sdp }) }],
  ["keeps one connection for all offers", ["device.new-offer"], { sameConnection: true }],
  [
    "has no certificate",
    ["device.answers"],
    { answer: (answer) => ({ ...answer, sdp: answer.sdp.replace(/^a=fingerprint.*\r\n/gm, "") }) },
  ],
  [
    "does not say where it can be reached",
    ["device.candidates"],
    { candidate: () => ({ candidate: "", sdpMLineIndex: 0, sdpMid: "0" }) },
  ],
  ["gives up at a message that it does not know", ["device.unknown"], { fragile: ({ type }) => type === "weather" }],
  ["answers no ping", ["device.pong"], { noPongs: true }],
  [
    "writes what is no JSON",
    ["device.candidates", "device.valid"],
    { candidate: ({ candidate }) => `candidate=${candidate}` },
  ],
];

describe.concurrent("A device that", () => {
  it.each(broken)("%s is told so, and of nothing else", async (_, breaks, faults) => {
    expect(wrong(await judgeOne(faults))).toEqual(breaks);
  });
});

it("a device whose connection ends is told so at once, and judged in no more of what needs it", async () => {
  const devices: WebSocket[] = [];
  const report = await judgeDevice({
    patienceMs: 60_000,
    onReady: ({ url }) => void devices.push(startDevice(url, { fragile: ({ type }) => type === "offer" })),
  });
  expect(wrong(report)).toEqual(["device.answers"]);
  expect(report.findings[1]).toMatchObject({ came: "the end of the device's connection" });
  expect(report.findings.find(({ rule }) => rule === "device.new-offer")).toMatchObject({
    verdict: "not judged",
    why: "the device's connection has ended",
  });
});

it("a device that the gateway does not let in is told why", async () => {
  const devices: WebSocket[] = [];
  const report = await judgeDevice({
    patienceMs: 60_000,
    only: ["device.connects"],
    onReady: ({ url }) => void devices.push(startDevice(`${url}&key=short`)),
  });
  expect(report.findings[0]?.came).toMatch(/^the end of its connection, after BAD_PAYLOAD: /);
});

it("a device that does not come is told so, and judged in nothing else", async () => {
  const report = await judgeDevice({ waitMs: 50 });
  expect(wrong(report)).toEqual(["device.connects"]);
  expect(report.right).toBe(0);
});
