import type { ServerPayload } from "@sig/protocol";
import { Actor } from "../actor.js";
import { candidateLine, firstOffer, newIdentity } from "../client/sdp.js";

/** A peer of the kit's that wants to see the device: each offer is for a connection of its own, with all its candidates in it. */
export class Viewer {
  readonly actor: Actor;
  readonly #room: string;
  readonly #device: string;
  #offers = 0;

  private constructor(actor: Actor, room: string, device: string) {
    this.actor = actor;
    this.#room = room;
    this.#device = device;
  }

  static async join(url: string, room: string, device: string, patienceMs: number): Promise<Viewer> {
    const actor = await Actor.connect(url, patienceMs);
    await actor.join(room);
    return new Viewer(actor, room, device);
  }

  get id(): string {
    return this.actor.id;
  }

  /** Offers, and waits for the answer as it arrives. */
  async offer(sdp = firstOffer(newIdentity())): Promise<ServerPayload<"answer">> {
    const offerId = this.send(sdp);
    return this.actor.next("answer", (answer) => answer.from === this.#device && answer.offerId === offerId);
  }

  /** Offers without waiting. */
  send(sdp: string): string {
    const offerId = `kit-${this.id.slice(0, 6)}-${String((this.#offers += 1))}`;
    this.actor.send("offer", { room: this.#room, to: this.#device, sdp, offerId });
    return offerId;
  }

  sendCandidates(): void {
    for (const candidate of [{ sdpMid: "0", sdpMLineIndex: 0, sdp: candidateLine }, { sdpMid: "1", sdpMLineIndex: 1, sdp: candidateLine }, { sdpMid: "0", sdpMLineIndex: 0, sdp: "" }])
      this.actor.send("candidate", { room: this.#room, to: this.#device, candidate, offerId: `kit-${this.id.slice(0, 6)}-${String(this.#offers)}` });
  }

  leave(): void {
    this.actor.send("exit", { room: this.#room });
  }
}
