import type { FakeTransceiver } from "./fake-transceiver.js";
import type { IceAgent } from "./ice-agent.js";
import type { NetworkCore } from "./network-core.js";
import { receives } from "./sdp.js";

/** The media between two connections, as far as it shows: a track unmutes with its first packet, and packets arrive. */
export class MediaFlow {
  readonly #core: NetworkCore;
  readonly #agent: IceAgent;
  readonly #transceivers: () => readonly FakeTransceiver[];

  constructor(core: NetworkCore, agent: IceAgent, transceivers: () => readonly FakeTransceiver[]) {
    this.#core = core;
    this.#agent = agent;
    this.#transceivers = transceivers;
    flows.set(agent, this);
  }

  /** The path, the descriptions or the tracks of this end have changed: first packets may arrive at either end. */
  changed(): void {
    this.awaitPackets();
    this.#other?.awaitPackets();
  }

  /** The time of the last packet for the transceiver with this mid, while packets arrive. */
  lastPacket(mid: string | null): number | undefined {
    return this.#isArriving(mid) ? this.#core.clock.now() : undefined;
  }

  get #other(): MediaFlow | undefined {
    const { other } = this.#agent;
    return other === undefined ? undefined : flows.get(other);
  }

  /** Unmutes the tracks whose packets arrive. */
  awaitPackets(): void {
    const begins = (one: FakeTransceiver): boolean =>
      one.receiver.track.muted && receives(one.firedDirection) && !one.stopping && this.#isArriving(one.mid);
    for (const transceiver of this.#transceivers().filter(begins)) {
      this.#core.after(this.#core.times.latencyMs, () => {
        const { track } = transceiver.receiver;
        if (!begins(transceiver)) return;
        track.muted = false;
        track.dispatchEvent({ type: "unmute" });
      });
    }
  }

  #isArriving(mid: string | null): boolean {
    return this.#agent.flows && this.#other?.isSending(mid) === true;
  }

  /** Whether packets leave for this mid. */
  isSending(mid: string | null): boolean {
    return mid !== null && this.#transceivers().some((one) => one.mid === mid && one.isSending);
  }
}

const flows = new WeakMap<IceAgent, MediaFlow>();
