import { afterEach, describe, expect, it, vi } from "vitest";
import { PeerManager, SignalingError, preflight } from "../../src/index.js";
import { FakeNetwork, fakeStream } from "../../src/testing/index.js";
import { systemClock } from "../../src/util/clock.js";
import { Lab } from "./lab.js";
import { ScriptedServer, room } from "./scripted-server.js";

const { RTCPeerConnection } = new FakeNetwork();

/** The error of a call, which it throws or rejects with. */
async function failure(call: () => unknown): Promise<SignalingError> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(SignalingError);
    return error as SignalingError;
  }
  throw new Error("Nothing was thrown.");
}

const codeOf = (error: unknown): string => (error as SignalingError).code;

const sentence = async (call: () => unknown): Promise<string> => (await failure(call)).message;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a mistake is named where it is made", () => {
  const manager = new PeerManager(new ScriptedServer().socket, { RTCPeerConnection });

  it("V11: of an option that there is not", async () => {
    const { socket } = new ScriptedServer();
    expect(await sentence(() => new PeerManager(socket, { trickel: false } as never))).toMatch(
      /^Unknown option "trickel"\. Known: rtc, .*trickle/,
    );
    expect(await sentence(() => new PeerManager(socket, { recovery: { retries: 1 } as never }))).toMatch(
      /^Unknown option "recovery\.retries"\. Known: .*restarts/,
    );
    expect(await sentence(() => manager.join(room, { timeout: 1 } as never))).toBe(
      'Unknown option "timeout". Known: token, traceparent, signal, timeoutMs.',
    );
    expect(await sentence(() => manager.publish(fakeStream("audio"), { name: "camera" } as never))).toMatch(
      /^Unknown option "name"\. Known: label, to/,
    );
    for (const options of [null, "token", 7])
      expect(await sentence(() => manager.join(room, options as never))).toBe("Invalid options: it must be an object.");
    expect(manager.state).toBe("idle");
  });

  it("V11: of a time", async () => {
    for (const timeoutMs of [0, -1, NaN, "soon", null])
      expect(await sentence(() => manager.join(room, { timeoutMs: timeoutMs as never }))).toMatch("Invalid timeoutMs");
  });

  it("V11: of a signal, which leaves the room free for the next join", async () => {
    const { clock, socket } = new ScriptedServer();
    const joining = new PeerManager(socket, { clock, RTCPeerConnection });
    await expect(joining.join(room, { signal: new AbortController() as never })).rejects.toThrow("addEventListener");
    await clock.settle(joining.join(room));
    expect(joining.state).toBe("joined");
  });

  it.each(["emit", "on", "off", "timeout", "connect"])("V11: of a socket without `%s`", async (method) => {
    const socket = { ...new ScriptedServer().socket, [method]: undefined } as never;
    const expected = `Invalid socket: it must be a Socket.IO client socket; this has no "${method}".`;
    expect(await sentence(() => new PeerManager(socket))).toBe(expected);
    expect(await sentence(() => preflight(socket))).toBe(expected);
    expect(await sentence(() => new PeerManager(undefined as never))).toMatch("Invalid socket");
  });
});

describe("a long time", () => {
  it.each([Infinity, 31 * 86_400_000])("V11: of %s ms never ends a join at once", async (timeoutMs) => {
    vi.useFakeTimers();
    const { socket } = new ScriptedServer();
    const joining = new PeerManager({ ...socket, connected: false }, { RTCPeerConnection });
    let over = false;
    void joining.join(room, { timeoutMs }).catch(() => (over = true));
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect([over, joining.state]).toEqual([false, "joining"]);
    const left = joining.leave();
    await vi.advanceTimersByTimeAsync(10_000);
    await left;
  });

  it("V11: of any timer is one that `setTimeout` can keep", () => {
    vi.useFakeTimers();
    let ran = false;
    systemClock.after(1e12, () => (ran = true));
    vi.advanceTimersByTime(86_400_000);
    expect(ran).toBe(false);
  });
});

describe("an environment", () => {
  it.each([undefined, {}])("V13: without `crypto` is named when a manager is made, with what to do", async (crypto) => {
    vi.stubGlobal("crypto", crypto);
    const error = await failure(() => new PeerManager(new ScriptedServer().socket));
    expect(error.code).toBe("INVALID_STATE");
    expect(error.message).toContain('import "react-native-get-random-values"');
  });
});

describe("send", () => {
  it("V19: returns the number of receivers, which is 0 before the other is known", async () => {
    const lab = new Lab();
    const [one, two, legacy] = [lab.manager(), lab.manager(), lab.signaling.socket()];
    await lab.clock.settle(one.join("r"));
    expect(one.send("hi", 1)).toBe(0);
    const joined = two.join("r");
    await lab.clock.settle(joined);
    await lab.clock.runOut();
    expect([one.send("hi", 1), two.send("hi", 1)]).toEqual([1, 1]);
    legacy.emit("createAndJoinRoom", { room: "r" });
    await lab.clock.runOut();
    expect([one.peers.size, one.send("hi", 1)]).toEqual([2, 1]);
  });
});

describe("the timeline", () => {
  it.each(["UNAUTHORIZED", "KICKED", "ROOM_FULL", "BAD_PAYLOAD"])("V20: shows the code %s", async (code) => {
    const server = new ScriptedServer();
    const { clock } = server;
    const refused = new PeerManager(server.socket, { clock, RTCPeerConnection });
    server.on.createAndJoinRoom = (_, reply) => reply({ ok: false, code, message: "No.", retryable: false });
    await clock.settle(refused.join(room).catch(() => undefined));
    expect(refused.timeline()).toContainEqual(expect.objectContaining({ what: "join rejected", code }));
  });

  it("V20: shows the code of a removal, and nothing else that a server sends as a code", async () => {
    const lab = new Lab();
    const kicked = lab.manager();
    await lab.join(kicked);
    lab.signaling.kick("r", kicked.id!, "Because of 10.0.0.1");
    await lab.clock.runOut();
    expect(kicked.timeline()).toContainEqual(expect.objectContaining({ what: "ended", code: "KICKED" }));
    expect(JSON.stringify(kicked.timeline())).not.toContain("10.0.0.1");
    const server = new ScriptedServer();
    const other = new PeerManager(server.socket, { clock: server.clock, RTCPeerConnection });
    server.on.createAndJoinRoom = (_, reply) =>
      reply({ ok: false, code: "10.0.0.1 secret-Token7", message: "No.", retryable: false });
    await server.clock.settle(other.join(room).catch(() => undefined));
    expect(JSON.stringify(other.timeline())).not.toMatch(/10\.0|Token7/);
  });
});

describe("once", () => {
  it("V12: that still waits when we leave rejects with ABORTED, of a peer as well", async () => {
    const lab = new Lab();
    const [ada, bob] = [lab.manager(), lab.manager()];
    await lab.join(ada);
    await lab.join(bob);
    const peer = ada.peers.get(bob.id!)!;
    const left = ada.once("peerLeft");
    const pending = [ada.once("track"), peer.once("track"), peer.once("state"), ada.once("peerJoined")];
    const outcomes = Promise.all(pending.map((each) => each.catch(codeOf)));
    await lab.clock.settle(ada.leave());
    expect((await left)[1]).toBe("closed");
    expect(await outcomes).toEqual(["ABORTED", "ABORTED", "closed", "ABORTED"]);
  });

  it("V12: that still waits when the server ends the stay rejects after `error`", async () => {
    const lab = new Lab();
    const ada = lab.manager();
    await lab.join(ada);
    const [error, track] = [ada.once("error"), ada.once("track").catch(codeOf)];
    lab.signaling.kick("r", ada.id!);
    await lab.clock.runOut();
    expect([(await error).code, await track]).toEqual(["KICKED", "ABORTED"]);
  });

  it("V12: goes on waiting over a join that fails", async () => {
    const lab = new Lab();
    const ada = lab.manager();
    const met = ada.once("peerJoined");
    lab.signaling.stop();
    await expect(lab.clock.settle(ada.join("r", { timeoutMs: 1000 }))).rejects.toMatchObject({ code: "TIMEOUT" });
    lab.signaling.start();
    await lab.join(ada);
    await lab.join(lab.manager());
    expect((await met).id).toBe([...ada.peers.keys()][0]);
  });
});
