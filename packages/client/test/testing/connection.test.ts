import { describe, expect, it } from "vitest";
import { FakeClock, FakeNetwork, fakeStream, fakeTrack, type FakeNetworkOptions } from "../../src/testing/index.js";

/** Behavior that all browsers share is compared with a browser in e2e/browser/fakes. Here: the rest, and the faults. */
function setUp(options: FakeNetworkOptions = {}, trickle = true) {
  const clock = new FakeClock();
  const network = new FakeNetwork({ clock, ...options });
  const create = (host: string, configuration?: RTCConfiguration) => new (network.connectionClass(host))(configuration);
  const [a, b] = [create("a"), create("b")];
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    one.addEventListener(
      "icecandidate",
      ({ candidate }) =>
        void (candidate === null || !trickle ? undefined : other.addIceCandidate(candidate).catch(() => undefined)),
    );
  }
  const exchange = (from = a, to = b) =>
    clock.settle(
      (async () => {
        await from.setLocalDescription();
        await to.setRemoteDescription(from.localDescription!);
        await to.setLocalDescription();
        await from.setRemoteDescription(to.localDescription!);
      })(),
    );
  const connect = async () => {
    await exchange();
    await clock.runOut();
  };
  return { clock, network, create, a, b, exchange, connect };
}

describe("a fake connection", () => {
  it("rejects a candidate of an unknown ICE generation", async () => {
    const { clock, a, b, exchange } = setUp();
    a.createDataChannel("x");
    await exchange();
    const candidate = { candidate: "candidate:1 1 udp 1 192.0.2.1 5 typ host", sdpMid: "0", usernameFragment: "none" };
    await expect(clock.settle(b.addIceCandidate(candidate))).rejects.toMatchObject({ name: "OperationError" });
  });

  it("rejects a description of another connection", async () => {
    const { clock, create, a, b, exchange } = setUp();
    a.createDataChannel("x");
    await exchange();
    const other = create("c");
    other.createDataChannel("x");
    await clock.settle(other.setLocalDescription());
    await expect(clock.settle(b.setRemoteDescription(other.localDescription!))).rejects.toMatchObject({
      name: "InvalidAccessError",
    });
    expect(b.signalingState).toBe("stable");
  });

  it.each([
    ["ICE credentials", /^a=ice-ufrag:.*$/gm, "a=ice-ufrag:others"],
    ["fingerprint", /^a=fingerprint:.*$/gm, "a=fingerprint:sha-256 00:11"],
  ])("rejects a local description with another connection's %s", async (_, line, other) => {
    const { clock, a } = setUp();
    a.createDataChannel("x");
    const { sdp = "" } = await clock.settle(a.createOffer());
    const changed = sdp.replace(line, other);
    await expect(clock.settle(a.setLocalDescription({ type: "offer", sdp: changed }))).rejects.toMatchObject({
      name: "InvalidModificationError",
    });
  });

  it("lets a pending replaceTrack succeed after removeTrack (W3C)", async () => {
    const { clock, a } = setUp();
    const { sender, direction } = a.addTransceiver("video", { direction: "sendrecv" });
    const replaced = sender.replaceTrack(fakeTrack("video"));
    a.removeTrack(sender);
    await clock.settle(replaced);
    expect([direction, sender.track?.kind]).toEqual(["sendrecv", "video"]);
  });

  it("never settles pending operations after close", async () => {
    const { clock, a } = setUp();
    a.createDataChannel("x");
    const set = a.setLocalDescription();
    a.close();
    await expect(clock.settle(set)).rejects.toThrow("no timer is left");
  });

  it("stops a transceiver at both ends, and keeps its m-line rejected", async () => {
    const { a, b, exchange } = setUp();
    const stream = fakeStream("audio", "video");
    for (const track of stream.getTracks()) a.addTrack(track, stream);
    await exchange();
    a.getTransceivers()[0]?.stop();
    await exchange();
    for (const one of [a, b]) expect(one.getTransceivers().map(({ mid }) => mid)).toEqual(["1"]);
    a.addTrack(fakeTrack("audio"));
    await exchange();
    for (const one of [a, b])
      expect(one.getTransceivers().map(({ mid, currentDirection }) => [mid, currentDirection?.length])).toEqual([
        ["1", 8],
        ["2", 8],
      ]);
  });
});

describe("a track of the other end", () => {
  it("K01: stays muted while no encoding of its sender is active", async () => {
    const { clock, a, b, connect } = setUp();
    const { sender } = a.addTransceiver(fakeTrack("video"), { sendEncodings: [{ active: false }] });
    await connect();
    const { track } = b.getReceivers()[0]!;
    expect([b.connectionState, track.muted]).toEqual(["connected", true]);
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings) encoding.active = true;
    await clock.settle(sender.setParameters(parameters));
    await clock.runOut();
    expect(track.muted).toBe(false);
  });

  it("K01: stays muted while the path is cut", async () => {
    const { clock, network, a, b, exchange } = setUp();
    network.cut("a", "b");
    a.addTrack(fakeTrack("audio"));
    await exchange();
    await clock.advance(1000);
    const { track } = b.getReceivers()[0]!;
    expect(track.muted).toBe(true);
    network.mend();
    await clock.runOut();
    expect([b.connectionState, track.muted]).toEqual(["connected", false]);
  });
});

describe("a path", () => {
  it("that is cut is disconnected after 2.5 s and failed 15 s later, and needs an ICE restart then", async () => {
    const { clock, network, a, b, connect } = setUp();
    a.createDataChannel("x");
    await connect();
    const states: [number, string][] = [];
    const begun = clock.now();
    a.addEventListener("connectionstatechange", () => states.push([clock.now() - begun, a.connectionState]));
    network.cut("a", "b");
    await clock.advance(20_000);
    expect(states).toEqual([
      [2500, "disconnected"],
      [17_500, "failed"],
    ]);
    network.mend();
    await clock.advance(5000);
    expect([a.connectionState, b.connectionState]).toEqual(["failed", "failed"]);
    a.restartIce();
    await connect();
    expect([a.connectionState, b.connectionState]).toEqual(["connected", "connected"]);
    expect(clock.pending).toBe(0);
  });

  it("that is mended in time recovers, and delivers everything sent meanwhile in order", async () => {
    const { clock, network, a, b, connect } = setUp();
    const [x, y] = [a, b].map((one) => one.createDataChannel("x", { negotiated: true, id: 0 })) as [
      RTCDataChannel,
      RTCDataChannel,
    ];
    await connect();
    const received: unknown[] = [];
    y.addEventListener("message", ({ data }) => received.push(data));
    network.cut("a");
    for (const text of ["1", "2", "3"]) x.send(text);
    await clock.advance(5000);
    expect([a.connectionState, received.length, x.bufferedAmount]).toEqual(["disconnected", 0, 3]);
    network.mend("a");
    await clock.runOut();
    expect([a.connectionState, b.connectionState, received, x.bufferedAmount]).toEqual([
      "connected",
      "connected",
      ["1", "2", "3"],
      0,
    ]);
  });

  it("stays up when a path between other ends is cut", async () => {
    const { clock, network, a, connect } = setUp();
    a.createDataChannel("x");
    await connect();
    network.cut("a", "c");
    await clock.advance(30_000);
    expect(a.connectionState).toBe("connected");
  });

  it("is not found without any candidates", async () => {
    const { clock, a, b, exchange } = setUp({}, false);
    a.createDataChannel("x");
    await exchange();
    await clock.runOut();
    expect([a.connectionState, b.connectionState]).toEqual(["new", "new"]);
  });
});

describe("a fake network", () => {
  it("makes operations fail as often as requested", async () => {
    const { clock, network, a } = setUp();
    a.createDataChannel("x");
    network.fail("setLocalDescription", { times: 1, name: "a" });
    await expect(clock.settle(a.setLocalDescription())).rejects.toMatchObject({ name: "OperationError" });
    await clock.settle(a.setLocalDescription());
    const end = network.fail("setLocalDescription", { error: new TypeError("mine") });
    await expect(clock.settle(a.setLocalDescription())).rejects.toThrow("mine");
    end();
    await clock.settle(a.setLocalDescription());
    expect(a.signalingState).toBe("have-local-offer");
  });

  it("makes the constructor throw", () => {
    const { network, create } = setUp();
    network.fail("constructor", { times: 1, name: "c" });
    expect(() => create("c")).toThrow("The test made constructor fail.");
    expect(network.connections).toEqual({ made: 2, live: 2 });
    expect(create("c").signalingState).toBe("stable");
  });

  it("gathers a candidate from each ICE server, and reports the errors of others", async () => {
    const { clock, network, create } = setUp({ candidates: 1 });
    network.failIceServer("turn:no.example.org", { errorCode: 401, errorText: "Unauthorized" });
    const connection = create("c", {
      iceServers: [
        { urls: ["stun:s.example.org", "turn:t.example.org"], username: "user", credential: "secret" },
        { urls: "turn:no.example.org", username: "user", credential: "expired" },
      ],
    });
    const found: unknown[] = [];
    connection.addEventListener("icecandidate", ({ candidate }) => found.push(candidate?.type ?? null));
    connection.addEventListener("icecandidateerror", ({ url, errorCode }) => found.push([url, errorCode]));
    connection.createDataChannel("x");
    await clock.settle(connection.setLocalDescription());
    await clock.runOut();
    expect(found).toEqual(["host", "srflx", "relay", ["turn:no.example.org", 401], null]);
    expect(connection.localDescription?.sdp.match(/^a=candidate:/gm)).toHaveLength(3);
  });
});
