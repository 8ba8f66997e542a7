import { describe, expect, it } from "vitest";
import { preflight, type PreflightOptions, type Socket } from "../src/index.js";
import { FakeClock, FakeNetwork, MemorySignaling, type MemorySignalingOptions } from "../src/testing/index.js";
import { RecordedSocket } from "./signaling/recorded-socket.js";

type Ack = (failed: unknown, reply: unknown) => void;

const turn = {
  urls: ["turn:turn.example.org?transport=udp", "turn:turn.example.org?transport=tcp", "turns:turn.example.org"],
  username: "1767225600:ada",
  credential: "bm90",
};
const stun = { urls: "stun:stun.example.org" };

function setUp({ gatheringMs = 5, ...options }: MemorySignalingOptions & { gatheringMs?: number } = {}) {
  const clock = new FakeClock();
  const network = new FakeNetwork({ clock, gatheringMs });
  const signaling = new MemorySignaling({ clock, ...options });
  const check = (socket: Socket = signaling.socket(), more: PreflightOptions = {}) =>
    clock.settle(preflight(socket, { clock, RTCPeerConnection: network.connectionClass("ada"), ...more }));
  return { clock, network, signaling, check };
}

describe("preflight", () => {
  it("tries every address of the servers that the signaling server sends, without joining a room", async () => {
    const { check } = setUp({ iceServers: [stun, turn] });
    const report = await check();
    expect(report).toMatchObject({
      reach: "everywhere",
      signaling: "answered",
      candidates: { host: true, hidden: false, srflx: true, relay: true },
    });
    expect(report.servers.map(({ url, kind, transport, outcome }) => [url, kind, transport, outcome])).toEqual([
      ["stun:stun.example.org", "stun", "udp", "answers"],
      ["turn:turn.example.org", "turn", "udp", "answers"],
      ["turn:turn.example.org", "turn", "tcp", "answers"],
      ["turns:turn.example.org", "turn", "tls", "answers"],
    ]);
    expect(report.sentences[0]).toBe("Calls work from here: directly if possible, otherwise through a relay.");
    expect(report.sentences.at(-1)).toBe("Addresses that other people can use: local, public, relayed.");
    expect(JSON.stringify(report)).not.toMatch(/1767225600|bm90/);
  });

  it("names the server that refuses the credentials, and reports that UDP is blocked", async () => {
    const { check, network } = setUp({ iceServers: [turn] });
    network.failIceServer(turn.urls[0] ?? "", { errorCode: 701 });
    network.failIceServer(turn.urls[1] ?? "", { errorCode: 401 });
    const report = await check();
    expect(report.servers.map(({ outcome, code }) => [outcome, code])).toEqual([
      ["silent", undefined],
      ["refuses", 401],
      ["answers", undefined],
    ]);
    expect(report.sentences).toContain(
      "TURN over TCP (turn:turn.example.org) answered 401: the credentials are wrong or have expired.",
    );
    expect(report.sentences).toContain(
      "TURN over UDP (turn:turn.example.org) does not answer: it is down, or a firewall blocks it.",
    );
    expect(report.sentences).toContain("UDP seems to be blocked here: media uses TCP and may stutter.");
  });

  it.each([
    ["direct", [stun], "some people cannot be reached"],
    ["network", [], "no STUN server answers, and no TURN server relays. No STUN or TURN server is configured."],
  ] as const)("reports the reach %s", async (reach, iceServers, words) => {
    const { check } = setUp({ iceServers: [...iceServers] });
    const report = await check();
    expect(report.reach).toBe(reach);
    expect(report.sentences.join(" ")).toContain(words);
  });

  it("uses the given servers and does not ask the signaling server", async () => {
    const { check } = setUp();
    expect(await check(undefined, { iceServers: [turn] })).toMatchObject({ reach: "everywhere", signaling: "given" });
  });

  it("ends in time if the signaling server does not answer, and reports it", async () => {
    const { check, clock, signaling } = setUp({ iceServers: [turn] });
    const socket = signaling.socket();
    signaling.stop();
    const report = await check(socket, { timeoutMs: 4000 });
    expect(report).toMatchObject({ reach: "network", signaling: "silent", servers: [] });
    expect(report.sentences).toContain("The signaling server did not answer the request for STUN and TURN servers.");
    expect(clock.now()).toBeLessThanOrEqual(4000);
  });

  const deep = JSON.parse("[".repeat(5000) + "]".repeat(5000)) as unknown;

  it.each<[name: string, reply: unknown, signaling: string, urls: string[]]>([
    ["nothing", undefined, "silent", []],
    ["null", null, "silent", []],
    ["a number", 5, "silent", []],
    ["no verdict", { iceServers: [stun] }, "silent", []],
    ["servers that are no list", { ok: true, iceServers: 5 }, "answered", []],
    ["items that are no servers", { ok: true, iceServers: [null, 5, "x", {}, deep, stun] }, "answered", [stun.urls]],
    [
      "servers whose fields are no text",
      { ok: true, iceServers: [{ urls: deep }, { urls: [stun.urls, 5] }, { ...stun, username: deep }] },
      "answered",
      [stun.urls],
    ],
    ["a rejection whose fields are no text", { ok: false, message: deep, code: deep }, "refused", []],
  ])("does not reject if the signaling server answers with %s", async (_, reply, signaling, urls) => {
    const { check } = setUp();
    const timeout = () => ({ emit: (_event: string, _payload: unknown, ack: Ack) => ack(null, reply) });
    const report = await check(Object.assign(new RecordedSocket(), { connected: true, timeout }));
    expect(report).toMatchObject({ signaling, servers: urls.map((url) => ({ url })) });
    if (signaling === "refused")
      expect(report.sentences.join()).toContain(
        "rejected the request for STUN and TURN servers: no reason (no reason)",
      );
  });

  it("ends in time if an ICE server does not answer, and closes its connections", async () => {
    const { check, clock, network } = setUp({ iceServers: [turn], gatheringMs: 3000 });
    const report = await check(undefined, { timeoutMs: 2000 });
    expect(report).toMatchObject({
      reach: "nowhere",
      servers: [{ outcome: "silent" }, { outcome: "silent" }, { outcome: "silent" }],
    });
    expect(clock.now()).toBeLessThanOrEqual(2000);
    expect(network.connections).toEqual({ made: 4, live: 0 });
  });

  it("does not reject if the browser makes no connection", async () => {
    const { check, network } = setUp({ iceServers: [turn] });
    network.fail("constructor", { host: "ada" });
    expect(await check()).toMatchObject({
      reach: "nowhere",
      sentences: ["Calls do not work here: this browser has no WebRTC, or it is disabled."],
    });
  });

  it("rejects with ABORTED if its signal is aborted, before the call or during it", async () => {
    const { check, clock } = setUp({ iceServers: [turn] });
    await expect(check(undefined, { signal: AbortSignal.abort("no") })).rejects.toMatchObject({
      code: "ABORTED",
      cause: "no",
    });
    const controller = new AbortController();
    const checking = check(undefined, { signal: controller.signal });
    controller.abort();
    await expect(checking).rejects.toMatchObject({ code: "ABORTED" });
    expect(clock.now()).toBeLessThan(1000);
  });

  it("rejects with INVALID_ARGUMENT for invalid arguments", async () => {
    const { check } = setUp();
    await expect(check({} as never)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    for (const timeoutMs of [0, -1, NaN, Infinity])
      await expect(check(undefined, { timeoutMs })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});
