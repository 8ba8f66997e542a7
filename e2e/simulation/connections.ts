import type { EndConnection } from "../../packages/server/test/history/history.js";
import type { SimulatedProcess } from "./simulated-process.js";

/** One connection of a page, as the page's own code cannot see it. */
export interface RecordedConnection {
  readonly number: number;
  readonly connection: RTCPeerConnection;
  /** The channel of the library. */
  channel: RTCDataChannel | undefined;
  isUp: boolean;
  /** The id of the peer, once it is known. */
  peer: string | undefined;
}

/** The class of a page's connections, which reports each of them. */
export function recordedClass(
  Connection: typeof RTCPeerConnection,
  ports: {
    /** The page. It makes no connection once it has ended, and gets no event while it is frozen. */
    readonly process: SimulatedProcess;
    number(): number;
    made(recorded: RecordedConnection): void;
    changed(recorded: RecordedConnection): void;
    closing(recorded: RecordedConnection): void;
  },
): typeof RTCPeerConnection {
  return class extends Connection {
    readonly #recorded: RecordedConnection;

    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      const recorded: RecordedConnection = {
        number: ports.number(),
        connection: this,
        channel: undefined,
        isUp: false,
        peer: undefined,
      };
      this.#recorded = recorded;
      if (ports.process.hasEnded) super.close();
      else ports.made(recorded);
      this.addEventListener("iceconnectionstatechange", () => {
        recorded.isUp = this.iceConnectionState === "connected" || this.iceConnectionState === "completed";
        ports.changed(recorded);
      });
      this.addEventListener("datachannel", ({ channel }) => {
        this.#take(channel);
      });
      deliverThrough(this, ports.process);
    }

    override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
      return this.#take(super.createDataChannel(label, init));
    }

    #take(channel: RTCDataChannel): RTCDataChannel {
      if (channel.label === "sig") this.#recorded.channel = channel;
      deliverThrough(channel, ports.process);
      return channel;
    }

    override close(): void {
      if (this.signalingState !== "closed") ports.closing(this.#recorded);
      super.close();
    }
  };
}

/** From now on, events reach new listeners as far as the process runs. */
function deliverThrough(target: EventTarget, process: SimulatedProcess): void {
  const add = target.addEventListener.bind(target);
  const remove = target.removeEventListener.bind(target);
  const own = new Map<unknown, (event: Event) => void>();
  target.addEventListener = (type, listener, options) => {
    if (typeof listener !== "function") throw new Error("The client listens with functions.");
    const deliver =
      own.get(listener) ??
      ((event: Event) => {
        process.enter(() => {
          listener.call(target, event);
        });
      });
    own.set(listener, deliver);
    add(type, deliver, options);
  };
  target.removeEventListener = (type, listener, options) => remove(type, own.get(listener) ?? listener, options);
}

export function describeConnection({ connection, channel, peer = "?" }: RecordedConnection): EndConnection {
  return { peer, signalingState: connection.signalingState, channelState: channel?.readyState ?? "missing" };
}
