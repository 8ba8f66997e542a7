import type { ClientEventName, ClientInput, Reply, ServerEventName, ServerPayload } from "@sig/protocol/page";

/** Gathered notices are read one by one. */
type SingleEvent = Exclude<ServerEventName, "notices">;

/** A message from the server, validated by its schema. */
export type ServerMessage = {
  [Event in SingleEvent]: { readonly event: Event; readonly payload: ServerPayload<Event> };
}[SingleEvent];

/** What one peer sends to another through the server. */
export type RelayedEvent = "offer" | "answer" | "candidate";
/** A relayed payload as its sender writes it; the membership adds `from` and `room`. */
export type RelayedPayload<Event extends RelayedEvent> = Omit<ClientInput<Event>, "from" | "room">;

export interface ChannelListener {
  /**
   * The request to connect is sent: the join that goes with it, if there is one already. It is repeated as an event
   * when `connected`, since an older server does not read it here.
   */
  joinOnConnect(): ClientInput<"createAndJoinRoom"> | undefined;
  /** The connection to the server is there, for the first time or again. */
  connected(): void;
  /** The connection is gone. The channel itself brings it back. */
  disconnected(): void;
  message(message: ServerMessage): void;
}

/** What `Membership` needs of a connection to the signaling server. */
export interface SignalingChannel {
  readonly connected: boolean;
  /** Why the last attempt to connect failed. */
  readonly problem: Error | undefined;
  /** Takes a room for this channel alone. Throws `INVALID_STATE` if another one has it over the same connection. */
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
  /** Resolves once the server has answered every earlier `exit` of this room over the same connection, or cannot. */
  left(): Promise<void>;
  /** Sends `join`. Its answer is the reply, or the event `created` where `takeAnswer` says so. */
  join(payload: ClientInput<"createAndJoinRoom">, timeoutMs: number): Promise<Reply<"createAndJoinRoom">>;
  /** Call it once for each `created` that arrives: whether it answers our own join, not one given up before. */
  takeAnswer(): boolean;
  /**
   * Tells the server that we leave. Resolves when it has answered, or after `timeoutMs`. The next `join` of this room
   * waits for it.
   */
  exit(timeoutMs: number): Promise<void>;
  /** Connects now and not after the next wait; checks a connection that `mayBeDead`. */
  wake(mayBeDead: boolean): void;
  /** Closes the connection, and connects again at once: another node answers. */
  move(): void;
  /** Stops listening and frees the room. The connection itself belongs to the application and stays. */
  close(): void;
}
