import type { ServerPayload } from "@sig/protocol";
import { candidateLine, firstOffer, newIdentity } from "../client/sdp.js";
import { KitClient } from "../kit-client.js";
import { RuleViolation } from "../rule.js";
import { connectBySocketIo } from "../socket-io-connection.js";
import type { DeviceLog } from "./device-log.js";

/** A peer of the kit that views the device. Each of its offers is for a new connection, with all candidates in it. */
export class Viewer {
  readonly client: KitClient;
  readonly #room: string;
  readonly #log: DeviceLog;
  #offers = 0;

  private constructor(client: KitClient, room: string, log: DeviceLog) {
    this.client = client;
    this.#room = room;
    this.#log = log;
  }

  static async join(url: string, room: string, log: DeviceLog, timeoutMs: number): Promise<Viewer> {
    const client = await KitClient.connect(connectBySocketIo(url), timeoutMs);
    await client.join(room);
    return new Viewer(client, room, log);
  }

  get id(): string {
    return this.client.id;
  }

  /** Sends an offer, and waits for the answer as the server relays it. */
  async offer(sdp = firstOffer(newIdentity())): Promise<ServerPayload<"answer">> {
    const offerId = this.send(sdp);
    const what = `an answer to the offer of ${this.id}`;
    const answer = this.client
      .next("answer", (message) => message.from === this.#log.id && message.offerId === offerId)
      .catch((error: unknown) => {
        throw error instanceof RuleViolation ? new RuleViolation(what, error.actual) : error;
      });
    let removeListener: (() => void) | undefined;
    const end = new Promise<never>((_, reject) => {
      removeListener = this.#log.onEnd(() => reject(new RuleViolation(what, "the end of the device's connection")));
    });
    return Promise.race([answer, end]).finally(removeListener);
  }

  /** Sends an offer without waiting. Returns its `offerId`. */
  send(sdp: string): string {
    const offerId = `kit-${this.id.slice(0, 6)}-${String((this.#offers += 1))}`;
    this.client.send("offer", { room: this.#room, to: this.#log.id, sdp, offerId });
    return offerId;
  }

  sendCandidates(): void {
    for (const candidate of [
      { sdpMid: "0", sdpMLineIndex: 0, sdp: candidateLine },
      { sdpMid: "1", sdpMLineIndex: 1, sdp: candidateLine },
      { sdpMid: "0", sdpMLineIndex: 0, sdp: "" },
    ])
      this.client.send("candidate", {
        room: this.#room,
        to: this.#log.id,
        candidate,
        offerId: `kit-${this.id.slice(0, 6)}-${String(this.#offers)}`,
      });
  }

  leave(): void {
    this.client.send("exit", { room: this.#room });
  }
}
