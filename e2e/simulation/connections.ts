import type { EndConnection } from "../../packages/server/test/history/history.js";

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
    /** Whether the page has ended. */
    readonly hasEnded: () => boolean;
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
      // A page that has ended makes no connection.
      if (ports.hasEnded()) super.close();
      else ports.made(recorded);
      this.addEventListener("iceconnectionstatechange", () => {
        recorded.isUp = this.iceConnectionState === "connected" || this.iceConnectionState === "completed";
        ports.changed(recorded);
      });
      this.addEventListener("datachannel", ({ channel }) => {
        if (channel.label === "sig") recorded.channel = channel;
      });
    }

    override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, init);
      if (label === "sig") this.#recorded.channel = channel;
      return channel;
    }

    override close(): void {
      if (this.signalingState !== "closed") ports.closing(this.#recorded);
      super.close();
    }
  };
}

export function describeConnection({ connection, channel, peer = "?" }: RecordedConnection): EndConnection {
  return { peer, signalingState: connection.signalingState, channelState: channel?.readyState ?? "missing" };
}
