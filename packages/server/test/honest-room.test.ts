import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { settled, startMemoryService, type MemorySocket } from "./memory-service.js";

const size = 64;
/** As many candidates as a laptop with two networks and a TURN server has. */
const candidatesEach = 20;

/** A page in a room: it offers to everyone that it finds, answers every offer, and sends its candidates one by one. */
class Page {
  readonly key = newKey();
  readonly rejected: unknown[] = [];
  #socket: MemorySocket | undefined;
  #read = 0;

  /** Joins over a new socket. */
  async join(socket: MemorySocket): Promise<void> {
    this.#socket = socket;
    this.#read = 0;
    const reply = await this.#call("createAndJoinRoom", { room: "r", key: this.key, metadata: { name: "Ada" } });
    // A loss of the server leaves the connections between the peers as they are.
    if (reply.resumed === true) return;
    for (const { id, state } of reply.peers ?? []) if (state === "online") this.#describe("offer", id);
  }

  /** Reads what has arrived. */
  read(): void {
    const log = this.#socket?.log ?? [];
    for (; this.#read < log.length; this.#read += 1) {
      const [event, payload] = log[this.#read]!;
      if (event === "rejected") this.rejected.push(payload);
      if (event === "offer") this.#describe("answer", (payload as { from: string }).from);
    }
  }

  chat(): void {
    void this.#call("message", { room: "r", type: "chat", data: { text: "hello" } });
  }

  mute(muted: boolean): void {
    void this.#call("metadata", { room: "r", metadata: { name: "Ada", muted } });
  }

  disconnect(): void {
    this.#socket?.disconnect();
  }

  #describe(event: "offer" | "answer", to: string): void {
    this.#socket?.send(event, { room: "r", to, sdp: "v=0" });
    for (let index = 0; index < candidatesEach; index += 1)
      this.#socket?.send("candidate", { room: "r", to, candidate: { sdpMid: "0", sdp: `candidate:${index}` } });
  }

  async #call(event: "createAndJoinRoom" | "message" | "metadata", payload: object) {
    const reply = await this.#socket!.call(event, payload);
    if (!reply.ok) this.rejected.push(reply);
    return reply as { peers?: { id: string; state: string }[]; resumed?: boolean };
  }
}

describe("U06: an honest room of 64 is never throttled", () => {
  const options = { authorize: async () => true, iceServers: async () => [{ urls: "turn:turn.example" }] };

  async function everyoneJoins(pages: readonly Page[], connect: () => MemorySocket): Promise<void> {
    await Promise.all(pages.map((page) => page.join(connect())));
    for (const page of pages) page.read();
  }

  it("U06: everyone joins at once, negotiates with all, chats, mutes, loses the server and returns", async () => {
    const pages = Array.from({ length: size }, () => new Page());
    const before = startMemoryService(options);
    await everyoneJoins(pages, before.connect);
    for (let second = 0; second < 30; second += 1) {
      before.clock.advance(1_000);
      for (const [index, page] of pages.entries()) {
        page.chat();
        if ((index + second) % 5 === 0) page.mute(second % 2 === 0);
      }
    }
    await settled();
    // The process ends. Everyone returns to a new one and settles each pair again.
    for (const page of pages) page.disconnect();
    const after = startMemoryService(options);
    await everyoneJoins(pages, after.connect);
    expect(await after.signaling.rooms()).toEqual([{ name: "r", peers: size }]);
    for (const page of pages) page.chat();
    await settled();
    expect(pages.flatMap(({ rejected }) => rejected)).toEqual([]);
  });

  it("U06: everyone loses the connection every ten seconds, and is back at once under its key", async () => {
    const { connect, clock, signaling } = startMemoryService(options);
    const pages = Array.from({ length: size }, () => new Page());
    await everyoneJoins(pages, connect);
    for (let loss = 0; loss < 6; loss += 1) {
      clock.advance(10_000);
      for (const page of pages) page.chat();
      for (const page of pages) page.disconnect();
      await Promise.all(pages.map((page) => page.join(connect())));
    }
    await settled();
    expect(pages.flatMap(({ rejected }) => rejected)).toEqual([]);
    expect((await signaling.peers("r")).map(({ state }) => state)).toEqual(Array<string>(size).fill("online"));
  });
});
