import type { PeerManager } from "@sig/client";
import type { Link, ServerPayload } from "@sig/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { IdleConnection } from "./idle-connection.js";
import { Lab } from "./support/lab.js";

type Relayed = ServerPayload<"offer"> | ServerPayload<"answer"> | ServerPayload<"candidate">;
type Heard = readonly [event: string, payload: Relayed];

const lab = new Lab();
const sdp = "v=0\r\no=- 7 1 IN IP4 0.0.0.0\r\na=fingerprint:sha-256 AA\r\n";

/** A client in any language: it has a key, and writes its own frames. */
class HandWritten {
  readonly heard: Heard[] = [];
  readonly #socket = lab.connect();
  #to = "";

  async join(manager: PeerManager): Promise<void> {
    for (const event of ["offer", "answer", "candidate"])
      this.#socket.on(event, (payload: Relayed) => this.heard.push([event, payload]));
    this.#to = manager.id ?? "";
    await this.#socket.emitWithAck("createAndJoinRoom", { room: "room", key: "A".repeat(22) });
  }

  send(event: string, payload: object, link?: Link): void {
    this.#socket.emit(event, { to: this.#to, room: "room", ...payload, link });
  }

  offer(link?: Link, offerId = "theirs-1"): void {
    this.send("offer", { sdp, offerId }, link);
  }

  /** The links of what was heard of one event. */
  links(event: string): (Link | undefined)[] {
    return this.heard.filter(([name]) => name === event).map(([, { link }]) => link);
  }

  get bare(): (Link | undefined)[] {
    return this.links("candidate").filter((link) => link?.seq === 0);
  }
}

describe("the link between two clients", () => {
  let manager: PeerManager;
  let peer: HandWritten;

  beforeEach(async () => {
    await lab.serve();
    manager = lab.manage();
    await manager.join("room");
    peer = new HandWritten();
    await peer.join(manager);
    await expect.poll(() => manager.peers.size).toBe(1);
  });

  afterEach(async () => {
    await manager.leave();
    await lab.close();
  });

  it("goes on in the epoch of whoever made the first offer, with a count and an acknowledgement of its own", async () => {
    peer.offer({ epoch: "1.abc", seq: 1, ack: 0 });
    await expect.poll(() => peer.links("answer")).toEqual([{ epoch: "1.abc", seq: 1, ack: 1 }]);
  });

  it("says again what is not acknowledged, under the same number, and stops when it is", async () => {
    peer.offer({ epoch: "1.abc", seq: 1, ack: 0 });
    await expect.poll(() => peer.links("answer").length, { timeout: 5000 }).toBe(2);
    expect(peer.links("answer")[1]).toEqual({ epoch: "1.abc", seq: 1, ack: 1 });
    peer.send(
      "candidate",
      { candidate: { sdpMid: "", sdpMLineIndex: 0, sdp: "" } },
      { epoch: "1.abc", seq: 0, ack: 1 },
    );
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(peer.links("answer")).toHaveLength(2);
  });

  it("takes what comes out of order in order, what comes twice once, and acknowledges with a bare message", async () => {
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
    await expect.poll(() => peer.bare.at(-1), { timeout: 2000 }).toEqual({ epoch: "1.abc", seq: 0, ack: 0 });
    peer.offer({ epoch: "1.abc", seq: 1, ack: 0 });
    await expect.poll(() => peer.links("answer")[0]?.ack).toBe(3);
  });

  it("begins anew when the peer does, and drops what is left of the epoch before", async () => {
    peer.offer({ epoch: "1.abc", seq: 1, ack: 0 });
    await expect.poll(() => peer.links("answer").length).toBe(1);
    const [first] = IdleConnection.open;
    peer.offer({ epoch: "2.def", seq: 1, ack: 0 }, "theirs-2");
    await expect.poll(() => peer.links("answer").at(-1)).toEqual({ epoch: "2.def", seq: 1, ack: 1 });
    expect(first?.connectionState).toBe("closed");
    expect(IdleConnection.open.size).toBe(1);
    const answers = peer.links("answer").length;
    peer.offer({ epoch: "1.abc", seq: 2, ack: 1 }, "theirs-3");
    // Whoever forgot how far we were learns it.
    await expect.poll(() => peer.bare.at(-1)?.epoch).toBe("2.def");
    expect(
      peer
        .links("answer")
        .slice(answers)
        .map((link) => link?.epoch),
    ).not.toContain("1.abc");
    expect(IdleConnection.open.size).toBe(1);
  });

  it("is off towards a client that sends none: nothing carries a link, nothing is acknowledged or said again", async () => {
    peer.offer();
    await expect.poll(() => peer.links("answer")).toEqual([undefined]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(peer.heard).toHaveLength(1);
  });
});
