import { MediaStreamTrack } from "werift";
import { afterEach, describe, expect, it } from "vitest";
import { NodePeerConnection } from "../src/peer-connection.js";

const made: NodePeerConnection[] = [];

afterEach(async () => {
  await Promise.all(made.splice(0).map((connection) => connection.close()));
});

/** A connection, and how often it has said that there is something to negotiate. */
function connect(): { connection: NodePeerConnection; needed: () => number } {
  const connection = new NodePeerConnection();
  made.push(connection);
  let needed = 0;
  connection.addEventListener("negotiationneeded", () => (needed += 1));
  return { connection, needed: () => needed };
}

/** What was scheduled is done: two turns, since what says so first looks again. */
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

const picture = (): MediaStreamTrack => new MediaStreamTrack({ kind: "video" });

describe("Whether there is something to negotiate", () => {
  // The first, since the first description of a process has to wait for its certificate: much longer than a turn.
  it("is not said of what goes into an offer that is being made", async () => {
    const { connection, needed } = connect();
    connection.addTrack(picture());
    await connection.setLocalDescription();
    await turn();
    expect(needed()).toBe(0);
  });

  it("is said once for all that was changed in one go, and not for an empty connection", async () => {
    const { connection, needed } = connect();
    await turn();
    expect(needed()).toBe(0);
    connection.createDataChannel("one");
    connection.createDataChannel("two");
    connection.addTrack(picture());
    await turn();
    expect(needed()).toBe(1);
  });

  it("is said by neither side after an exchange that settled everything, which is when werift says it by itself", async () => {
    const [one, other] = [connect(), connect()];
    one.connection.addTrack(picture());
    one.connection.createDataChannel("talk");
    await turn();
    await exchange(one.connection, other.connection);
    expect([one.needed(), other.needed()]).toEqual([1, 0]);
  });

  it("is said by who answered with less than it has to send", async () => {
    const [one, other] = [connect(), connect()];
    one.connection.addTransceiver("video", { direction: "recvonly" });
    other.connection.addTrack(picture());
    other.connection.addTrack(picture());
    await turn();
    await exchange(one.connection, other.connection);
    expect(other.needed()).toBe(2);
    await exchange(other.connection, one.connection);
    expect([one.needed(), other.needed()]).toEqual([1, 2]);
  });

  it("is said when a direction changes, when a track is removed, and not when the change is taken back at once", async () => {
    const [one, other] = [connect(), connect()];
    const sender = one.connection.addTrack(picture());
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

describe("A candidate with a hidden address", () => {
  it("is looked up while other things go on", async () => {
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
  it("is made, and its channel opens, where the other side offers while the first path is still being looked for", async () => {
    const [one, other] = [connect().connection, connect().connection];
    const channel = one.createDataChannel("talk");
    const looked: string[] = [];
    for (const connection of [one, other]) connection.iceConnectionStateChange.subscribe((state) => looked.push(state));
    await exchange(one, other);
    other.addTrack(picture());
    await exchange(other, one);
    await expect
      .poll(() => [channel.readyState, one.connectionState, other.connectionState])
      .toEqual(["open", "connected", "connected"]);
    expect(looked.filter((state) => state === "checking")).toHaveLength(2);
  });

  it("has its channel opened where both ends take themselves for the controlled one, as an early second offer has them do", async () => {
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
    // RFC 8832 section 6: even where the DTLS role is that of the client.
    expect([one.dtlsTransports[0]!.role, channel.id % 2]).toEqual(["server", 1]);
  });
});
