import type { ServerPayload } from "@sig/protocol";
import { Actor } from "../actor.js";
import { candidateLine, firstOffer, newIdentity } from "../client/sdp.js";
import { Fault } from "../rule.js";
import type { DeviceLog } from "./device-log.js";

/** A peer of the kit's that wants to see the device: each offer is for a connection of its own, with all its candidates in it. */
export class Viewer {
  readonly actor: Actor;
  readonly #room: string;
  readonly #log: DeviceLog;
  #offers = 0;

  private constructor(actor: Actor, room: string, log: DeviceLog) {
    this.actor = actor;
    this.#room = room;
    this.#log = log;
  }

  static async join(url: string, room: string, log: DeviceLog, patienceMs: number): Promise<Viewer> {
    const actor = await Actor.connect(url, patienceMs);
    await actor.join(room);
    return new Viewer(actor, room, log);
  }

  get id(): string {
    return this.actor.id;
  }

  /** Offers, and waits for the answer as it arrives. */
  async offer(sdp = firstOffer(newIdentity())): Promise<ServerPayload<"answer">> {
    const offerId = this.send(sdp);
    const what = `an answer to the offer of ${this.id}`;
    const answer = this.actor
      .next("answer", (message) => message.from === this.#log.id && message.offerId === offerId)
      .catch((cause: unknown) => {
        throw cause instanceof Fault ? new Fault(what, cause.came) : cause;
      });
    let forget: (() => void) | undefined;
    const end = new Promise<never>((_, reject) => {
      forget = this.#log.onEnd(() => reject(new Fault(what, "the end of the device's connection")));
    });
    return Promise.race([answer, end]).finally(forget);
  }

  /** Offers without waiting. */
  send(sdp: string): string {
    const offerId = `kit-${this.id.slice(0, 6)}-${String((this.#offers += 1))}`;
    this.actor.send("offer", { room: this.#room, to: this.#log.id, sdp, offerId });
    return offerId;
  }

  sendCandidates(): void {
    for (const candidate of [
      { sdpMid: "0", sdpMLineIndex: 0, sdp: candidateLine },
      { sdpMid: "1", sdpMLineIndex: 1, sdp: candidateLine },
      { sdpMid: "0", sdpMLineIndex: 0, sdp: "" },
    ])
      this.actor.send("candidate", {
        room: this.#room,
        to: this.#log.id,
        candidate,
        offerId: `kit-${this.id.slice(0, 6)}-${String(this.#offers)}`,
      });
  }

  leave(): void {
    this.actor.send("exit", { room: this.#room });
  }
}
