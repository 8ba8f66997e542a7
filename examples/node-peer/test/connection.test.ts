import { MediaStreamTrack } from "werift";
import { afterEach, describe, expect, it } from "vitest";
import { NodePeerConnection } from "../src/peer-connection.js";

const connections: NodePeerConnection[] = [];

afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
});

/** A new connection, and how often `negotiationneeded` has fired on it. */
function connect(): { connection: NodePeerConnection; needed: () => number } {
  const connection = new NodePeerConnection();
  connections.push(connection);
  let needed = 0;
  connection.addEventListener("negotiationneeded", () => (needed += 1));
  return { connection, needed: () => needed };
}

/** Waits for scheduled events. Two turns: a scheduled event checks again before it fires. */
async function turn(): Promise<void> {
  for (let turns = 0; turns < 2; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function exchange(offerer: NodePeerConnection, answerer: NodePeerConnection): Promise<void> {
  await offerer.setLocalDescription();
  await answerer.setRemoteDescription(offerer.localDescription!);
  await answerer.setLocalDescription();
  await offerer.setRemoteDescription(answerer.localDescription!);
  await turn();
}

const videoTrack = (): MediaStreamTrack => new MediaStreamTrack({ kind: "video" });

describe("negotiationneeded", () => {
  // Must be the first test: the first description of a process waits for its certificate, much longer than a turn.
  it("does not fire for a change that is part of the offer in progress", async () => {
    const { connection, needed } = connect();
    connection.addTrack(videoTrack());
    await connection.setLocalDescription();
    await turn();
    expect(needed()).toBe(0);
  });

  it("fires once for several changes in one turn, and not for an empty connection", async () => {
    const { connection, needed } = connect();
    await turn();
    expect(needed()).toBe(0);
    connection.createDataChannel("one");
    connection.createDataChannel("two");
    connection.addTrack(videoTrack());
    await turn();
    expect(needed()).toBe(1);
  });

  it("does not fire after an exchange that negotiated everything, where werift fires it", async () => {
    const [one, other] = [connect(), connect()];
    one.connection.addTrack(videoTrack());
    one.connection.createDataChannel("talk");
    await turn();
    await exchange(one.connection, other.connection);
    expect([one.needed(), other.needed()]).toEqual([1, 0]);
  });

  it("fires after an answer that has too few sections for the tracks of its side", async () => {
    const [one, other] = [connect(), connect()];
    one.connection.addTransceiver("video", { direction: "recvonly" });
    other.connection.addTrack(videoTrack());
    other.connection.addTrack(videoTrack());
    await turn();
    await exchange(one.connection, other.connection);
    expect(other.needed()).toBe(2);
    await exchange(other.connection, one.connection);
    expect([one.needed(), other.needed()]).toEqual([1, 2]);
  });

  it("fires when a direction changes or a track is removed, but not if the same turn undoes the change", async () => {
    const [one, other] = [connect(), connect()];
    const sender = one.connection.addTrack(videoTrack());
    await turn();
    await exchange(one.connection, other.connection);
    const [transceiver] = one.connection.getTransceivers();
    transceiver!.direction = "inactive";
    transceiver!.direction = "sendrecv";
    await turn();
    expect(one.needed()).toBe(1);
    one.connection.removeTrack(sender);
    await turn();
    expect([one.needed(), transceiver!.direction]).toEqual([2, "recvonly"]);
    await exchange(one.connection, other.connection);
    transceiver!.direction = "sendrecv";
    await turn();
    expect(one.needed()).toBe(3);
  });
});

describe("A candidate with a .local name", () => {
  it("is resolved in the background", async () => {
    const [one, other] = [connect(), connect()];
    one.connection.createDataChannel("talk");
    await exchange(one.connection, other.connection);
    let added = false;
    const candidate = "candidate:1 1 udp 2113937151 2c8ae7c4-1b9d-4c3e-8f51-no-such-host.local 50000 typ host";
    void other.connection.addIceCandidate({ candidate, sdpMid: "0", sdpMLineIndex: 0 }).then(() => (added = true));
    await turn();
    expect(added).toBe(true);
  });
});

describe("A connection", () => {
  it("opens its channel when the other side offers while ICE is checking", async () => {
    const [one, other] = [connect().connection, connect().connection];
    const channel = one.createDataChannel("talk");
    const iceStates: string[] = [];
    for (const connection of [one, other])
      connection.iceConnectionStateChange.subscribe((state) => iceStates.push(state));
    await exchange(one, other);
    other.addTrack(videoTrack());
    await exchange(other, one);
    await expect
      .poll(() => [channel.readyState, one.connectionState, other.connectionState])
      .toEqual(["open", "connected", "connected"]);
    expect(iceStates.filter((state) => state === "checking")).toHaveLength(2);
  });

  it("opens its channel when an early second offer gives both ends the controlled ICE role", async () => {
    const [one, other] = [connect().connection, connect().connection];
    const channel = one.createDataChannel("talk");
    await exchange(one, other);
    for (const connection of [one, other]) {
      const [dtls] = connection.dtlsTransports;
      dtls!.onStateChange.subscribe((state) => {
        if (state === "connected") Object.defineProperty(dtls!.iceTransport, "role", { get: () => "controlled" });
      });
    }
    await expect.poll(() => channel.readyState).toBe("open");
    // RFC 8832 section 6: the DTLS client has even ids, the server has odd ones.
    expect([one.dtlsTransports[0]!.role, channel.id % 2]).toEqual(["server", 1]);
  });
});
