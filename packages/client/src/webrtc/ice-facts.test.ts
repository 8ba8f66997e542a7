import { describe, expect, it } from "vitest";
import { IceFacts } from "./ice-facts.js";
import type { PeerConnection } from "./peer-connection.js";

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
  stats: object[] = [];
  configuration: RTCConfiguration = {};

  getConfiguration(): RTCConfiguration {
    return this.configuration;
  }

  getStats(): Promise<Map<string, object>> {
    return Promise.resolve(new Map(this.stats.map((entry, at) => [String(at), entry])));
  }

  become(states: Partial<Pick<TellingConnection, "connectionState" | "iceConnectionState" | "iceGatheringState">>): void {
    Object.assign(this, states);
    for (const name of Object.keys(states)) this.dispatchEvent(new Event(`${name.toLowerCase()}change`));
  }

  gather(candidate: string | null): void {
    this.dispatchEvent(Object.assign(new Event("icecandidate"), { candidate: candidate === null ? null : { candidate } }));
  }

  complain(url: string, errorCode: number): void {
    this.dispatchEvent(Object.assign(new Event("icecandidateerror"), { url, errorCode, address: "192.168.1.7" }));
  }
}

const host = "candidate:1 1 udp 2122260223 192.168.1.7 50000 typ host generation 0 ufrag abcd";
const mdns = "candidate:1 1 UDP 2122260223 5b7c1e1a-0000-4000-8000-000000000000.local 50000 typ host";
const relay = "candidate:3 1 tcp 41885439 203.0.113.9 60000 typ relay raddr 0.0.0.0 rport 0";

function observe(): [TellingConnection, IceFacts, SetClock] {
  const connection = new TellingConnection();
  const clock = new SetClock();
  return [connection, new IceFacts(connection as unknown as PeerConnection, clock), clock];
}

describe("what is known of a connection's way through the network", () => {
  it("are kinds and protocols of both sides' candidates, however they came", () => {
    const [connection, facts] = observe();
    connection.gather(host);
    connection.gather("");
    connection.gather(null);
    facts.remoteDescription(`v=0\r\na=ice-ufrag:one\r\na=${mdns}\r\n`);
    expect(facts.snapshot().remote).toEqual({ kinds: ["host"], protocols: ["udp"], mdnsOnly: true });
    facts.remoteCandidate(relay);
    facts.remoteCandidate("nonsense");
    facts.remoteCandidate("candidate:1 1 udp 1 192.168.1.7 1 typ telepathy");
    expect(facts.snapshot().remote).toEqual({ kinds: ["host", "relay"], protocols: ["udp", "tcp"], mdnsOnly: false });
    expect(facts.snapshot().local).toEqual({ kinds: ["host"], protocols: ["udp"], mdnsOnly: false });
  });

  it("is forgotten with the ICE generation it is of", () => {
    const [connection, facts] = observe();
    connection.become({ iceGatheringState: "gathering" });
    connection.gather(relay);
    connection.complain("turn:turn.example.org", 401);
    facts.remoteDescription("a=ice-ufrag:one\r\n");
    facts.remoteCandidate(relay);
    facts.remoteDescription("a=ice-ufrag:one\r\n");
    expect(facts.snapshot().remote.kinds).toEqual(["relay"]);
    connection.become({ iceGatheringState: "complete" });
    expect(facts.snapshot()).toMatchObject({ local: { kinds: ["relay"] }, problems: [{ code: 401 }] });
    connection.become({ iceGatheringState: "gathering" });
    facts.remoteDescription("a=ice-ufrag:two\r\n");
    expect(facts.snapshot()).toMatchObject({ local: { kinds: [] }, remote: { kinds: [] }, problems: [] });
  });

  it("are the servers' answers, once each, without a query", () => {
    const [connection, facts] = observe();
    for (let port = 0; port < 5; port++) connection.complain(`turn:turn.example.org:3478?transport=udp&secret=${String(port)}`, 401);
    connection.complain("stun:stun.example.org", 701);
    expect(facts.snapshot().problems).toEqual([
      { url: "turn:turn.example.org:3478", code: 401 },
      { url: "stun:stun.example.org", code: 701 },
    ]);
    for (let code = 0; code < 100; code++) connection.complain("stun:stun.example.org", code);
    expect(facts.snapshot().problems).toHaveLength(16);
  });

  it("is how long each state has lasted", () => {
    const [connection, facts, clock] = observe();
    clock.time = 1000;
    connection.become({ connectionState: "connecting", iceConnectionState: "checking", iceGatheringState: "gathering" });
    clock.time = 3000;
    connection.become({ connectionState: "connecting" });
    clock.time = 4000;
    expect(facts.snapshot()).toMatchObject({ connection: "connecting", connectionForMs: 3000, ice: "checking", iceForMs: 3000, gathering: "gathering", gatheringForMs: 3000 });
  });

  it("is what was configured", () => {
    const [connection, facts] = observe();
    expect(facts.snapshot()).toMatchObject({ stunConfigured: false, turnConfigured: false, relayOnly: false });
    connection.configuration = { iceServers: [{ urls: ["stun:a.example.org", "turns:b.example.org"] }], iceTransportPolicy: "relay" };
    expect(facts.snapshot()).toMatchObject({ stunConfigured: true, turnConfigured: true, relayOnly: true });
  });

  const ends = [
    { type: "local-candidate", id: "l", candidateType: "relay", protocol: "udp", relayProtocol: "tls" },
    { type: "remote-candidate", id: "r", candidateType: "prflx", protocol: "udp" },
  ];
  const pair = { type: "candidate-pair", id: "p", localCandidateId: "l", remoteCandidateId: "r" };
  it.each([
    ["its transport names", [{ type: "transport", id: "t", selectedCandidatePairId: "p" }, pair, ...ends]],
    ["is marked as selected", [{ ...pair, selected: true }, ...ends]],
    ["was nominated and succeeded", [{ ...pair, nominated: true, state: "succeeded" }, ...ends]],
  ])("is the path that %s", async (_how, stats) => {
    const [connection, facts] = observe();
    connection.stats = stats;
    connection.become({ connectionState: "connected" });
    await Promise.resolve();
    await Promise.resolve();
    expect(facts.snapshot().path).toEqual({ local: "relay", remote: "prflx", protocol: "tls" });
  });

  it("is no path where statistics tell of none", async () => {
    const [connection, facts] = observe();
    connection.become({ connectionState: "connected" });
    await Promise.resolve();
    await Promise.resolve();
    expect(facts.snapshot().path).toBeUndefined();
    connection.getStats = () => Promise.reject(new Error("closed"));
    connection.become({ connectionState: "connected" });
    await Promise.resolve();
    expect(facts.snapshot().path).toBeUndefined();
  });
});
