import { PeerManager } from "@sig/client";
import { FakeNetwork, fakeStream } from "@sig/client/testing";
import { io, type Socket } from "socket.io-client";
import { describe, expect, it } from "vitest";
import { checkClient, type CheckClientOptions, type Report } from "../src/index.js";
import { brokenClients, type BrokenClient } from "./broken-clients.js";

const failures = ({ results }: Report) => results.filter(({ status }) => status === "failed");

/** Lets our client, broken if asked for, join the kit's room. */
async function checkOurs({ broken, ...options }: CheckClientOptions & { broken?: BrokenClient } = {}): Promise<Report> {
  const cleanups: (() => void)[] = [];
  const onReady = ({ url, room }: { url: string; room: string }): void => {
    const socket = io(url, { forceNew: true, transports: ["websocket"], reconnectionDelay: 20 });
    const outgoing = broken?.break(socket);
    if (outgoing !== undefined) {
      // What is broken are its events: no join travels with its request to connect.
      Object.defineProperty(socket, "auth", { value: {} });
      const emit = socket.emit.bind(socket);
      socket.emit = (event: string, payload: Record<string, unknown>, ...ack: unknown[]) => {
        const changed = outgoing(event, payload);
        return changed === undefined ? socket : emit(event, changed, ...ack);
      };
    }
    const network = new FakeNetwork();
    const manager = new PeerManager(socket, {
      RTCPeerConnection: network.RTCPeerConnection,
      recovery: { rejoinDelayMs: 20, rejoinMaxDelayMs: 50 },
    });
    manager.publish(fakeStream("audio", "video"));
    cleanups.push(() => socket.disconnect());
    // A broken client may never join.
    manager.join(room).catch(() => undefined);
  };
  const report = await checkClient({ ...options, onReady });
  for (const cleanup of cleanups) cleanup();
  return report;
}

it("our client passes every rule", async () => {
  const report = await checkOurs();
  expect(report.results.filter(({ status }) => status !== "passed")).toEqual([]);
  expect(report.passed).toBeGreaterThan(20);
});

it("a client that does not connect fails one rule, and the rest is skipped", async () => {
  const report = await checkClient({ waitMs: 50, only: ["answering", "recovery"] });
  expect(failures(report)).toEqual([
    expect.objectContaining({ rule: "joining.joins", actual: "no connection within 50 ms" }),
  ]);
  expect([report.passed, report.skipped]).toEqual([0, report.results.length - 1]);
});

it("a client that disconnects for good fails one rule, and the rules that need it are skipped", async () => {
  const onReady = ({ url, room }: { url: string; room: string }): void => {
    const socket = io(url, { forceNew: true, transports: ["websocket"] });
    socket.once("created", () => socket.disconnect());
    socket.emit("createAndJoinRoom", { room });
  };
  const report = await checkClient({ timeoutMs: 500, onReady });
  expect(failures(report)).toEqual([
    expect.objectContaining({
      rule: "offering.everyone",
      actual: "the end of its connection, and no new one within 500 ms",
    }),
  ]);
  expect(report.results.find(({ rule }) => rule === "answering.waits")).toMatchObject({
    status: "skipped",
    reason: "the client's connection has ended, and it has not reconnected",
  });
});

it("a client that joins another room fails one rule, which names that room", async () => {
  const sockets: Socket[] = [];
  const report = await checkClient({
    timeoutMs: 500,
    onReady: ({ url }) =>
      void sockets.push(
        io(url, { forceNew: true, transports: ["websocket"] }).emit("createAndJoinRoom", { room: "standup" }),
      ),
  });
  for (const socket of sockets) socket.disconnect();
  expect(failures(report)).toEqual([
    expect.objectContaining({ rule: "joining.joins", expected: "`room` 'conformance'", actual: "'standup'" }),
  ]);
  expect(report.results.find(({ rule }) => rule === "answering.waits")).toMatchObject({
    reason: "the client has not joined",
  });
});

describe.concurrent("A client that", () => {
  it.each(brokenClients)("$name fails exactly the rules about it", async (broken) => {
    const report = await checkOurs({ broken, timeoutMs: 2_500 });
    expect(failures(report).map(({ rule }) => rule)).toEqual(broken.breaks);
    for (const { expected, actual } of failures(report))
      expect([expected, actual]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
  });
});
