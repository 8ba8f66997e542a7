import { PeerManager, type JoinOptions, type MessageSchemas, type PeerManagerOptions } from "../../src/index.js";
import {
  FakeClock,
  FakeNetwork,
  MemorySignaling,
  type FakeNetworkOptions,
  type MemorySignalingOptions,
  type MemorySocket,
  type SignalingMessage,
} from "../../src/testing/index.js";

/** A signaling server in memory and managers, by a clock that the test moves. */
export class Lab {
  readonly clock = new FakeClock();
  readonly network: FakeNetwork;
  readonly signaling: MemorySignaling;
  readonly messages: SignalingMessage[] = [];

  constructor(options: MemorySignalingOptions = {}, network: FakeNetworkOptions = {}) {
    this.network = new FakeNetwork({ clock: this.clock, ...network });
    this.signaling = new MemorySignaling({ clock: this.clock, ...options });
    this.signaling.observe((message) => this.messages.push(message));
  }

  manager<Metadata = unknown>(
    { socket, ...options }: Partial<PeerManagerOptions<MessageSchemas, Metadata>> & { socket?: MemorySocket } = {},
    host = "host",
  ): PeerManager<MessageSchemas, Metadata> {
    return new PeerManager<MessageSchemas, Metadata>(socket ?? this.signaling.socket(), {
      clock: this.clock,
      RTCPeerConnection: this.network.connectionClass(host),
      ...options,
    });
  }

  /** Joins the room "r", and lets everything that follows happen. */
  async join(manager: Pick<PeerManager, "join">, options?: JoinOptions): Promise<void> {
    await this.clock.settle(manager.join("r", options));
    await this.clock.runOut();
  }

  /** The payloads of an event, in one direction. */
  sent<Payload = Record<string, unknown>>(direction: SignalingMessage["direction"], event: string): Payload[] {
    return this.messages
      .filter((message) => message.direction === direction && message.event === event)
      .map(({ payload }) => payload as Payload);
  }
}
