import type { ClientEventName, ClientInput, Reply, ServerEventName, ServerPayload } from "@sig/protocol";

/** A message from the server, judged by its schema. */
export type ServerMessage = {
  [Event in ServerEventName]: { readonly event: Event; readonly payload: ServerPayload<Event> };
}[ServerEventName];

/** What one peer says to another through the server. */
export type RelayedEvent = "offer" | "answer" | "candidate";
/** What its sender says; the membership adds where it comes from. */
export type RelayedPayload<Event extends RelayedEvent> = Omit<ClientInput<Event>, "from" | "room">;

export interface ChannelListener {
  /** The connection to the server stands, for the first time or again. */
  up(): void;
  /** It is gone; whether it comes back by itself is the channel's business. */
  down(): void;
  message(message: ServerMessage): void;
}

/** What membership needs of a connection to the signaling server. */
export interface SignalingChannel {
  readonly connected: boolean;
  /** Why the last attempt to connect failed. */
  readonly problem: Error | undefined;
  /** Takes a room for this channel alone. Throws `INVALID_STATE` where another one has it over the same connection. */
  reserve(room: string): void;
  /** Starts listening, and connecting where nothing does yet. */
  open(listener: ChannelListener): void;
  /** Sends now, or not at all: nothing is kept for later. */
  send<Event extends ClientEventName>(event: Event, payload: ClientInput<Event>): void;
  /** Sends and waits for the ack. Rejects with `TIMEOUT` after `timeoutMs`, or when there is no connection. */
  request<Event extends ClientEventName>(
    event: Event,
    payload: ClientInput<Event>,
    timeoutMs: number,
  ): Promise<Reply<Event>>;
  /** Connects now and not after the next wait; makes sure of a connection that `mayBeDead`. */
  wake(mayBeDead: boolean): void;
  /** Stops listening and frees the room. The connection itself belongs to the app and stays. */
  close(): void;
}
