import { describe, expect, test, vi } from "vitest";
import type { Peer, PeerManager } from "../../src/index.js";
import { fakeStream, fakeTrack, type MemorySocket } from "../../src/testing/index.js";
import { Lab } from "../membership/lab.js";

function peerOf({ peers }: PeerManager<never>): Peer<never> {
  const [peer] = peers.values();
  if (peer === undefined) throw new Error("There is no peer.");
  return peer;
}

/** A socket of a client that knows the base protocol alone. */
function legacySocket(lab: Lab): MemorySocket {
  const socket = lab.signaling.socket();
  const emit = socket.emit.bind(socket);
  socket.emit = (event: string, payload: object, ...rest: unknown[]) =>
    emit(event, { ...payload, key: undefined }, ...(rest as []));
  return socket;
}

describe("V09: `onConnection`", () => {
  test("sees each connection once, before its first description, with what we send on it", async () => {
    const lab = new Lab();
    const seen: string[] = [];
    const manager = (host: string): PeerManager<never> =>
      lab.manager(
        {
          onConnection: (connection, peer) => {
            const kinds = connection.getSenders().map(({ track }) => track?.kind ?? "none");
            seen.push([host, peer.connection === connection, connection.signalingState, ...kinds].join(" "));
          },
        },
        host,
      );
    const [ada, grace] = [manager("ada"), manager("grace")];
    ada.publish(fakeStream("audio", "video"));
    await lab.join(ada);
    await lab.join(grace);
    // Grace is the newcomer and offers; Ada answers.
    expect(seen.splice(0)).toEqual(["grace true stable", "ada true stable audio video"]);
    ada.publish(fakeTrack("video")).stop();
    grace.publish(fakeStream("audio"));
    await lab.clock.runOut();
    expect(seen).toEqual([]);
    peerOf(ada).connection?.close();
    await lab.clock.runOut();
    expect(seen.sort()).toEqual(["ada true stable audio video", expect.stringMatching(/^grace true stable/)]);
    expect([peerOf(ada).state, peerOf(grace).state]).toEqual(["connected", "connected"]);
  });

  test.each([
    [
      "throws",
      (): never => {
        throw new Error("from the application");
      },
    ],
    ["closes the connection once", closesOnce()],
  ])("breaks nothing where it %s", async (_what, onConnection) => {
    const lab = new Lab();
    const report = vi.fn();
    vi.stubGlobal("reportError", report);
    try {
      const ada = lab.manager({ onConnection }, "ada");
      const grace = lab.manager({}, "grace");
      ada.publish(fakeStream("video"));
      for (const one of [ada, grace]) await lab.join(one);
      expect([peerOf(ada).state, peerOf(grace).tracks.length]).toEqual(["connected", 1]);
      expect(report.mock.calls.flat().map(String)).toEqual(_what === "throws" ? ["Error: from the application"] : []);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

function closesOnce(): (connection: RTCPeerConnection) => void {
  let closed = false;
  return (connection) => {
    if (!closed) connection.close();
    closed = true;
  };
}

describe("V14: `openChannel`", () => {
  test.each(["the newcomer", "the one who waits"])("in `peerJoined` opens a real channel, at %s", async (who) => {
    const lab = new Lab();
    const [ada, grace] = [lab.manager({}, "ada"), lab.manager({}, "grace")];
    const [one, other] = who === "the newcomer" ? [grace, ada] : [ada, grace];
    const opened: RTCDataChannel[] = [];
    const received: string[] = [];
    one.on("peerJoined", (peer) => opened.push(peer.openChannel("files", { ordered: false })));
    other.on("channel", ({ channel }) => received.push(`${channel.label} ${String(channel.ordered)}`));
    for (const manager of [ada, grace]) await lab.join(manager);
    expect(opened.map(({ readyState, label }) => [readyState, label])).toEqual([["open", "files"]]);
    expect(received).toEqual(["files false"]);
    expect(lab.network.connections.live).toBe(2);
  });

  test("works before there is a connection: in `to`, for a peer that is away", async () => {
    const lab = new Lab();
    const socket = lab.signaling.socket();
    const [ada, grace] = [
      lab.manager({ dataChannel: false }, "ada"),
      lab.manager({ socket, dataChannel: false }, "grace"),
    ];
    const opened: RTCDataChannel[] = [];
    ada.publish(fakeStream("audio"), { to: (peer) => opened.push(peer.openChannel("files")) > 0 });
    // Where both offer when the peer is back, one connection gives way, and the channel moves to the other.
    ada.on("channel", ({ channel }) => opened.push(channel));
    await lab.join(grace);
    lab.signaling.cut(socket);
    await lab.clock.advance(1000);
    await lab.clock.settle(ada.join("r"));
    await lab.clock.advance(1000);
    expect(opened.map(({ readyState }) => readyState)).toEqual(["connecting"]);
    lab.signaling.restore(socket);
    await lab.clock.advance(20_000);
    expect(opened.at(-1)?.readyState).toBe("open");
  });

  test("is opened again on a connection that replaces another, and both ends receive it", async () => {
    const lab = new Lab();
    const recovery = { restarts: 0 };
    const [ada, grace] = [lab.manager({ recovery }, "ada"), lab.manager({ recovery }, "grace")];
    const received: string[] = [];
    for (const manager of [ada, grace]) manager.on("channel", ({ channel }) => received.push(channel.label));
    for (const manager of [ada, grace]) await lab.join(manager);
    const channel = peerOf(ada).openChannel("files");
    await lab.clock.runOut();
    const before = peerOf(ada).connection;
    lab.network.cut();
    await lab.clock.advance(5000);
    lab.network.mend();
    await lab.clock.runOut();
    expect(peerOf(ada).connection).not.toBe(before);
    expect([channel.readyState, received]).toEqual(["closed", ["files", "files", "files"]]);
  });

  test("says in a sentence why it cannot: a legacy client, a device, a peer that has left", async () => {
    const lab = new Lab();
    const ada = lab.manager({}, "ada");
    const answersOnly = lab.manager({ capabilities: { renegotiate: false } }, "device");
    const legacy = lab.manager({ socket: legacySocket(lab) }, "legacy");
    const errors: unknown[] = [];
    const attempt = (peer: Peer<never>): void => {
      try {
        peer.openChannel("files");
      } catch (error) {
        errors.push(error);
      }
    };
    await lab.join(ada);
    ada.publish(fakeStream("audio"), {
      to: (peer) => {
        attempt(peer);
        return true;
      },
    });
    await lab.join(answersOnly);
    await lab.join(legacy);
    const peers = [...ada.peers.values()];
    expect(peers.map(({ state }) => state)).toEqual(["connected", "connected"]);
    await lab.clock.settle(ada.leave());
    for (const peer of peers) attempt(peer);
    expect(errors).toHaveLength(4);
    for (const error of errors) expect(error).toMatchObject({ name: "SignalingError", code: "INVALID_STATE" });
  });
});

describe("V13: a stack whose `setLocalDescription` needs an argument", () => {
  /** As React Native's and old browsers' connections. */
  function explicitClass(lab: Lab, host: string, calls: unknown[]): typeof RTCPeerConnection {
    return class extends lab.network.connectionClass(host) {
      override async setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
        calls.push(description?.type);
        if (description === undefined) throw new TypeError("1 argument required, but only 0 present.");
        return super.setLocalDescription(description);
      }
    };
  }

  test.each([true, undefined, false])("connects and renegotiates (implicitDescriptions: %s)", async (implicit) => {
    const lab = new Lab();
    const calls: unknown[] = [];
    const capabilities = implicit === undefined ? {} : { implicitDescriptions: implicit };
    const managers = ["ada", "grace"].map((host) =>
      lab.manager({ RTCPeerConnection: explicitClass(lab, host, calls), capabilities }, host),
    );
    for (const manager of managers) await lab.join(manager);
    for (const manager of managers) manager.publish(fakeStream("audio", "video"));
    await lab.clock.runOut();
    for (const manager of managers)
      expect([peerOf(manager).state, peerOf(manager).tracks.length]).toEqual(["connected", 2]);
    expect(calls.includes(undefined)).toBe(implicit !== false);
    expect(new Set(calls.filter((type) => type !== undefined))).toEqual(new Set(["offer", "answer"]));
    for (const { capabilities: sent } of lab.sent<{ capabilities: object }>("to-server", "createAndJoinRoom"))
      expect(sent).not.toHaveProperty("implicitDescriptions");
  });
});
