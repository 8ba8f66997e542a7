import { describe, expect, it, onTestFinished } from "vitest";
import { checkClient, checkDevice, type Report } from "sig-conformance";
import { cTools, pythonTools } from "../../scripts/lib/tools.mjs";
import { CDevices } from "../support/peers/c-device.js";
import { NodePeers } from "../support/peers/node-peer.js";
import type { PeerProgram } from "../support/peers/program.js";
import { startPythonDevice } from "../support/peers/python-device.js";

const failures = ({ results }: Report) => results.filter(({ status }) => status === "failed");

/** Stops the program after the test: it has to leave even if the kit's server is already closed. */
function stopAfterTest(program: PeerProgram): void {
  onTestFinished(async () => expect(await program.stop()).toBe(0));
}

describe.skipIf(!cTools.isHere())("the device in C", () => {
  it.each<[how: string, options: string[]]>([
    ["separate candidates", []],
    ["candidates inside descriptions", ["--gather"]],
  ])("with %s passes every rule of the kit for devices", async (_, options) => {
    const devices = await CDevices.build();
    const report = await checkDevice({
      onReady: ({ url, room }) => stopAfterTest(devices.start(new URL(url).origin, room, options)),
    });
    expect(failures(report)).toEqual([]);
    expect(report.passed).toBe(report.results.length);
  });
});

describe.skipIf(!pythonTools.isHere())("the device in Python", () => {
  it.each<[what: string, options: string[]]>([
    ["only answers", []],
    ["offers to peers that joined before", ["--offers"]],
  ])("that %s passes every rule of the kit for clients", async (_, options) => {
    const report = await checkClient({
      onReady: ({ url, room }) => stopAfterTest(startPythonDevice(url, room, ...options)),
    });
    expect(failures(report)).toEqual([]);
  });
});

it("the example peer in Node passes every rule of the kit for clients", async () => {
  const nodePeers = await NodePeers.build();
  onTestFinished(() => nodePeers.remove());
  const report = await checkClient({ onReady: ({ url, room }) => stopAfterTest(nodePeers.start(url, room)) });
  expect(failures(report)).toEqual([]);
});
