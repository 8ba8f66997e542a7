import type { PeerManager } from "@sig/client";
import type { Link, ServerPayload } from "@sig/protocol";
import { FakeClock } from "@sig/client/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { IdleConnection } from "./support/idle-connection.js";
import { Lab } from "./support/lab.js";

type Relayed = ServerPayload<"offer"> | ServerPayload<"answer"> | ServerPayload<"candidate">;
type Received = readonly [event: string, payload: Relayed];

const lab = new Lab();
const sdp = "v=0\r\no=- 7 1 IN IP4 0.0.0.0\r\na=fingerprint:sha-256 AA\r\n";

/** Stands for a client in any language: it has a key, and builds its own messages. */
class RawClient {
  readonly received: Received[] = [];
  readonly #socket = lab.connect();
  #to = "";

  async join(manager: PeerManager): Promise<void> {
    for (const event of ["offer", "answer", "candidate"])
      this.#socket.on(event, (payload: Relayed) => this.received.push([event, payload]));
    this.#to = manager.id ?? "";
    await this.#socket.emitWithAck("createAndJoinRoom", { room: "room", key: "A".repeat(22) });
  }

  send(event: string, payload: object, link?: Link): void {
    this.#socket.emit(event, { to: this.#to, room: "room", ...payload, link });
  }

  offer(link?: Link, offerId = "theirs-1"): void {
    this.send("offer", { sdp, offerId }, link);
  }

  /** The links of all received messages of one event. */
  links(event: string): (Link | undefined)[] {
    return this.received.filter(([name]) => name === event).map(([, { link }]) => link);
  }

  /** Resolves when the manager has handled everything sent before. */
  async untilHandled(manager: PeerManager): Promise<void> {
    const handled = manager.once("peerMetadata");
    await this.#socket.emitWithAck("metadata", { room: "room", metadata: "canary" });
    await handled;
  }

  /** Resolves when everything that the manager has sent before was received. */
  async untilReceived(manager: PeerManager): Promise<void> {
    const received = new Promise((resolve) => this.#socket.once("metadata", resolve));
    await manager.setMetadata("canary");
    await received;
  }

  get bare(): (Link | undefined)[] {
    return this.links("candidate").filter((link) => link?.seq === 0);
  }
}

describe("the link of two clients", () => {
  let clock: FakeClock;
  let manager: PeerManager;
  let peer: RawClient;

  beforeEach(async () => {
    await lab.serve();
    clock = new FakeClock();
    manager = lab.manage(undefined, { clock });
    await manager.join("room");
    peer = new RawClient();
    await peer.join(manager);
    await expect.poll(() => manager.peers.size).toBe(1);
  });

  afterEach(async () => {
    await manager.leave();
    await lab.close();
  });

  it("uses the epoch of the first offer, with a sequence and an acknowledgment of its own", async () => {
    peer.offer({ epoch: "1.abc", seq: 1, ack: 0 });
    await expect.poll(() => peer.links("answer")).toEqual([{ epoch: "1.abc", seq: 1, ack: 1 }]);
  });

  it("resends an unacknowledged message with the same sequence number, and stops at its acknowledgment", async () => {
    peer.offer({ epoch: "1.abc", seq: 1, ack: 0 });
    await expect.poll(() => peer.links("answer").length).toBe(1);
    await clock.advance(2000);
    await expect.poll(() => peer.links("answer").length).toBe(2);
    expect(peer.links("answer")[1]).toEqual({ epoch: "1.abc", seq: 1, ack: 1 });
    peer.send(
      "candidate",
      { candidate: { sdpMid: "", sdpMLineIndex: 0, sdp: "" } },
      { epoch: "1.abc", seq: 0, ack: 1 },
    );
    await peer.untilHandled(manager);
    await clock.advance(10_000);
    await peer.untilReceived(manager);
    expect(peer.links("answer")).toHaveLength(2);
  });

  it("applies messages in order and once, and acknowledges with a bare message", async () => {
    const candidate = (seq: number): void =>
      peer.send(
        "candidate",
        {
          candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: `candidate:${String(seq)} 1 udp 1 192.0.2.1 9 typ host` },
          offerId: "theirs-1",
        },
        { epoch: "1.abc", seq, ack: 0 },
      );
    candidate(3);
    candidate(2);
    candidate(2);
    await peer.untilHandled(manager);
    await clock.advance(1000);
    await expect.poll(() => peer.bare.at(-1)).toEqual({ epoch: "1.abc", seq: 0, ack: 0 });
    peer.offer({ epoch: "1.abc", seq: 1, ack: 0 });
    await expect.poll(() => peer.links("answer")[0]?.ack).toBe(3);
    await expect
      .poll(() => [...IdleConnection.open].flatMap(({ candidates }) => candidates.map((line) => line.split(" ")[0])))
      .toEqual(["candidate:2", "candidate:3"]);
  });

  it("restarts when the peer does, and drops messages of the epoch before", async () => {
    peer.offer({ epoch: "1.abc", seq: 1, ack: 0 });
    await expect.poll(() => peer.links("answer").length).toBe(1);
    const [first] = IdleConnection.open;
    peer.offer({ epoch: "2.def", seq: 1, ack: 0 }, "theirs-2");
    await expect.poll(() => peer.links("answer").at(-1)).toEqual({ epoch: "2.def", seq: 1, ack: 1 });
    expect(first?.connectionState).toBe("closed");
    expect(IdleConnection.open.size).toBe(1);
    const answers = peer.links("answer").length;
    peer.offer({ epoch: "1.abc", seq: 2, ack: 1 }, "theirs-3");
    await peer.untilHandled(manager);
    await clock.advance(1000);
    // A bare message tells the peer the current epoch.
    await expect.poll(() => peer.bare.at(-1)?.epoch).toBe("2.def");
    expect(
      peer
        .links("answer")
        .slice(answers)
        .map((link) => link?.epoch),
    ).not.toContain("1.abc");
    expect(IdleConnection.open.size).toBe(1);
  });

  it("is off towards a client that sends none: no link, no acknowledgment, no resend", async () => {
    peer.offer();
    await expect.poll(() => peer.links("answer")).toEqual([undefined]);
    await clock.advance(10_000);
    await peer.untilReceived(manager);
    expect(peer.received).toHaveLength(1);
  });
});
