import { describe, expect, it } from "vitest";
import { IceFacts } from "./ice-facts.js";
import { iceSnapshot, type IceSnapshot } from "../../diagnostics/ice-snapshot.js";
import type { PeerConnection } from "../peer-connection.js";
import { StatsSampler } from "./stats-sampler.js";

class SetClock {
  time = 0;

  now(): number {
    return this.time;
  }

  after(): () => void {
    throw new Error("facts wait for nothing");
  }
}

/** A connection of which only what it tells matters. */
class TellingConnection extends EventTarget {
  connectionState: RTCPeerConnectionState = "new";
  iceConnectionState: RTCIceConnectionState = "new";
  iceGatheringState: RTCIceGatheringState = "new";
  localDescription: RTCSessionDescriptionInit | null = null;
  remoteDescription: RTCSessionDescriptionInit | null = null;
  stats: object[] = [];
  configuration: RTCConfiguration = {};

  getConfiguration(): RTCConfiguration {
    return this.configuration;
  }

  getStats(): Promise<Map<string, object>> {
    return Promise.resolve(new Map(this.stats.map((entry, at) => [String(at), entry])));
  }

  become(
    states: Partial<Pick<TellingConnection, "connectionState" | "iceConnectionState" | "iceGatheringState">>,
  ): void {
    Object.assign(this, states);
    for (const name of Object.keys(states)) this.dispatchEvent(new Event(`${name.toLowerCase()}change`));
  }

  complain(url: string, errorCode: number): void {
    this.dispatchEvent(Object.assign(new Event("icecandidateerror"), { url, errorCode, address: "192.168.1.7" }));
  }
}

/** A description with these candidates in it. */
function withCandidates(...candidates: string[]): RTCSessionDescriptionInit {
  return { type: "offer", sdp: ["v=0", ...candidates.map((line) => `a=${line}`), ""].join("\r\n") };
}

const host = "candidate:1 1 udp 2122260223 192.168.1.7 50000 typ host generation 0 ufrag abcd";
const mdns = "candidate:1 1 UDP 2122260223 5b7c1e1a-0000-4000-8000-000000000000.local 50000 typ host";
const relay = "candidate:3 1 tcp 41885439 203.0.113.9 60000 typ relay raddr 0.0.0.0 rport 0";

function observe(): [TellingConnection, { snapshot(): Promise<IceSnapshot> }, SetClock] {
  const connection = new TellingConnection();
  const clock = new SetClock();
  const asked = connection as unknown as PeerConnection;
  const explained = { connection: asked, stats: new StatsSampler(asked), facts: new IceFacts(asked, clock) };
  return [connection, { snapshot: () => iceSnapshot(explained, clock.now()) }, clock];
}

describe("what is known of a connection's way through the network", () => {
  it("are the kinds of both sides' candidates", async () => {
    const [connection, facts] = observe();
    expect(await facts.snapshot()).toMatchObject({ local: [], remote: [] });
    connection.localDescription = withCandidates(host);
    connection.remoteDescription = withCandidates(mdns, relay, "nonsense");
    expect(await facts.snapshot()).toMatchObject({
      local: ["host"],
      remote: ["host", "relay"],
      remoteHidden: false,
      localTcpOnly: false,
    });
    connection.localDescription = withCandidates(relay);
    connection.remoteDescription = withCandidates(mdns, mdns);
    expect(await facts.snapshot()).toMatchObject({ remoteHidden: true, localTcpOnly: true });
  });

  it("are the servers' answers, once each, without a query", async () => {
    const [connection, facts] = observe();
    for (let port = 0; port < 5; port++)
      connection.complain(`turn:turn.example.org:3478?transport=udp&secret=${String(port)}`, 401);
    connection.complain("stun:stun.example.org", 701);
    expect((await facts.snapshot()).problems).toEqual([
      { url: "turn:turn.example.org:3478", code: 401 },
      { url: "stun:stun.example.org", code: 701 },
    ]);
  });

  it("are no answers to the ICE generation before", async () => {
    const [connection, facts] = observe();
    connection.become({ iceGatheringState: "gathering" });
    connection.complain("turn:turn.example.org", 401);
    connection.become({ iceGatheringState: "complete" });
    expect(await facts.snapshot()).toMatchObject({ problems: [{ code: 401 }] });
    connection.become({ iceGatheringState: "gathering" });
    expect(await facts.snapshot()).toMatchObject({ problems: [] });
  });

  it("is how long each state has lasted", async () => {
    const [connection, facts, clock] = observe();
    clock.time = 1000;
    connection.become({ iceConnectionState: "checking" });
    clock.time = 2000;
    connection.become({ iceGatheringState: "gathering" });
    clock.time = 4000;
    expect(await facts.snapshot()).toMatchObject({
      ice: "checking",
      iceForMs: 3000,
      gathering: "gathering",
      gatheringForMs: 2000,
    });
  });

  it("is whether only relayed paths are allowed", async () => {
    const [connection, facts] = observe();
    expect((await facts.snapshot()).relayOnly).toBe(false);
    connection.configuration = { iceTransportPolicy: "relay" };
    expect((await facts.snapshot()).relayOnly).toBe(true);
  });

  const ends = [
    { type: "local-candidate", id: "l", candidateType: "relay", protocol: "udp", relayProtocol: "tls" },
    { type: "remote-candidate", id: "r", candidateType: "prflx", protocol: "udp" },
  ];
  const pair = { type: "candidate-pair", id: "p", localCandidateId: "l", remoteCandidateId: "r" };
  it.each([
    ["its transport names", [{ type: "transport", id: "t", selectedCandidatePairId: "p" }, pair, ...ends]],
    ["is marked as selected", [{ ...pair, selected: true }, ...ends]],
  ])("is the path that %s", async (_how, stats) => {
    const [connection, facts] = observe();
    connection.stats = stats;
    connection.become({ connectionState: "connected" });
    expect((await facts.snapshot()).path).toEqual({ relayed: true, protocol: "tls" });
  });

  it("is undefined while the statistics have no path", async () => {
    const [connection, facts] = observe();
    connection.become({ connectionState: "connected" });
    expect((await facts.snapshot()).path).toBeUndefined();
    connection.getStats = () => Promise.reject(new Error("closed"));
    connection.become({ connectionState: "connected" });
    expect((await facts.snapshot()).path).toBeUndefined();
  });
});
