import { PeerManager } from "@sig/client";
import { FakeNetwork, fakeStream } from "@sig/client/testing";
import { io, type Socket } from "socket.io-client";
import { describe, expect, it } from "vitest";
import { judgeClient, type JudgeClientOptions, type Report } from "../src/index.js";
import { brokenClients, type BrokenClient } from "./broken-clients.js";

const wrong = ({ findings }: Report) => findings.filter(({ verdict }) => verdict === "wrong");

/** Lets our client, with something wrong where that is asked for, join the kit's room, and gives the verdict. */
async function judgeOurs({ broken, ...options }: JudgeClientOptions & { broken?: BrokenClient } = {}): Promise<Report> {
  const ended: (() => void)[] = [];
  const onReady = ({ url, room }: { url: string; room: string }): void => {
    const socket = io(url, { forceNew: true, transports: ["websocket"], reconnectionDelay: 20 });
    const outgoing = broken?.break(socket);
    if (outgoing !== undefined) {
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
    ended.push(() => socket.disconnect());
    // What is wrong with it may be that it never gets in.
    manager.join(room).catch(() => undefined);
  };
  const report = await judgeClient({ ...options, onReady });
  for (const end of ended) end();
  return report;
}

it("our client is right in every sentence", async () => {
  const report = await judgeOurs();
  expect(report.findings.filter(({ verdict }) => verdict !== "right")).toEqual([]);
  expect(report.right).toBeGreaterThan(20);
});

it("a client that does not come is told so, and judged in nothing else", async () => {
  const report = await judgeClient({ waitMs: 50, only: ["answering", "recovery"] });
  expect(wrong(report)).toEqual([
    expect.objectContaining({ rule: "joining.joins", came: "no connection within 50 ms" }),
  ]);
  expect([report.right, report.notJudged]).toEqual([0, report.findings.length - 1]);
});

it("a client that has gone for good is told so once, and judged in no more of what needs it", async () => {
  const onReady = ({ url, room }: { url: string; room: string }): void => {
    const socket = io(url, { forceNew: true, transports: ["websocket"] });
    socket.once("created", () => socket.disconnect());
    socket.emit("createAndJoinRoom", { room });
  };
  const report = await judgeClient({ patienceMs: 500, onReady });
  expect(wrong(report)).toEqual([
    expect.objectContaining({
      rule: "offering.everyone",
      came: "the end of its connection, and no new one within 500 ms",
    }),
  ]);
  expect(report.findings.find(({ rule }) => rule === "answering.waits")).toMatchObject({
    verdict: "not judged",
    why: "the client's connection has ended, and it has not come back",
  });
});

it("a client that joins another room is told which, and judged in nothing that it would do there", async () => {
  const sockets: Socket[] = [];
  const report = await judgeClient({
    patienceMs: 500,
    onReady: ({ url }) =>
      void sockets.push(
        io(url, { forceNew: true, transports: ["websocket"] }).emit("createAndJoinRoom", { room: "standup" }),
      ),
  });
  for (const socket of sockets) socket.disconnect();
  expect(wrong(report)).toEqual([
    expect.objectContaining({ rule: "joining.joins", expected: "`room` 'conformance'", came: "'standup'" }),
  ]);
  expect(report.findings.find(({ rule }) => rule === "answering.waits")).toMatchObject({
    why: "the client has not joined",
  });
});

describe.concurrent("A client that", () => {
  it.each(brokenClients)("$name is told so, and of nothing else", async (broken) => {
    const report = await judgeOurs({ broken, patienceMs: 2_500 });
    expect(wrong(report).map(({ rule }) => rule)).toEqual(broken.breaks);
    for (const { expected, came } of wrong(report))
      expect([expected, came]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
  });
});
