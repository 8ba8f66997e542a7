import type { Capabilities, ClientEventName, ClientInput, Refusal, Reply, ServerPayload } from "@sig/protocol";
import { SignalingError, fromRefusal } from "../errors.js";
import type { ManagerState } from "../events.js";
import type { Settings } from "../options.js";
import { backoff } from "./backoff.js";
import { createKey } from "./key.js";
import { watchPage, type PageLifecycleListener, type Waking } from "./page-lifecycle.js";
import type {
  ChannelListener,
  RelayedEvent,
  RelayedPayload,
  ServerMessage,
  SignalingChannel,
} from "./signaling-channel.js";

/**
 * A token, or what fetches one: asked again for every return, so that it may have expired meanwhile. A function that
 * throws or rejects fails a `join` at once (`UNAUTHORIZED`, with that error as `cause`); after an outage it is asked again.
 */
export type Token = string | (() => string | Promise<string>);

export interface MembershipRequest {
  readonly room: string;
  readonly token: Token | undefined;
  readonly capabilities: Capabilities;
  /** Asked for every join, since it may have changed meanwhile. */
  metadata(): unknown;
}

export interface MembershipListener {
  /** The state is another now. */
  stateChanged(state: ManagerState): void;
  /** The server was asked to let us in for the first time, or is being connected to: there is nothing to do until it answers. */
  idle(): void;
  /** The server has let us in, for the first time or again. Comes before any message of the room. */
  entered(created: ServerPayload<"created">): void;
  /** The server does not reach us, or no longer knows us; `entered` follows when that is over. */
  interrupted(): void;
  message(message: ServerMessage): void;
  /** The page runs again after it may have slept, or has a network again (perhaps another one): connections may have suffered. */
  pageResumed(networkChanged: boolean): void;
  /** The page is left and the others were told so: what connects us with them ends. `entered` follows if the page comes back. */
  pageHidden(): void;
  /** It is over and nothing will bring it back. */
  ended(error: SignalingError): void;
}

/** One ack's time. A join as a whole is bounded by its own timeout. */
const ackTimeoutMs = 10_000;
const exitTimeoutMs = 2000;

/**
 * What one client is in one room, from `join` to `leave`, over as many connections as it takes. A lost
 * connection ends nothing: the membership is taken up again by its key (docs/protocol.md, presence).
 */
export class Membership implements ChannelListener, PageLifecycleListener {
  readonly #channel: SignalingChannel;
  readonly #request: MembershipRequest;
  readonly #settings: Pick<Settings, "recovery" | "clock">;
  readonly #listener: MembershipListener;
  readonly #key = createKey();
  #state: ManagerState = "idle";
  #id: string | undefined;
  /** Whether an answer to our join is awaited. */
  #entering = false;
  #attempts = 0;
  #stopRetry: (() => void) | undefined;
  #stopWatching: (() => void) | undefined;
  /** Whether the page was left: nobody is to enter until it comes back. */
  #pageLeft = false;
  #joining: { resolve: () => void; reject: (error: SignalingError) => void } | undefined;

  /** Settles when the server has heard our goodbye, or cannot. */
  goodbye: Promise<unknown> | undefined;
  readonly #before: Promise<unknown> | undefined;

  /** `before` is the goodbye of a membership that this one follows: until the server has heard it, what it says may be meant for that one. */
  constructor(
    channel: SignalingChannel,
    request: MembershipRequest,
    settings: Pick<Settings, "recovery" | "clock">,
    listener: MembershipListener,
    before: Promise<unknown> | undefined,
  ) {
    this.#before = before;
    this.#channel = channel;
    this.#request = request;
    this.#settings = settings;
    this.#listener = listener;
  }

  /** After a join that came to nothing it is `idle`, as before. */
  get state(): ManagerState {
    return this.#state;
  }

  get id(): string | undefined {
    return this.#id;
  }

  get room(): string {
    return this.#request.room;
  }

  /** Resolves once the server has let us in; whatever rejects it ends the membership. */
  join({ signal, timeoutMs }: { signal: AbortSignal | undefined; timeoutMs: number }): Promise<void> {
    this.#channel.reserve(this.room);
    const abort = (): void => {
      this.#fail(aborted(signal?.reason));
    };
    const stopTimer = this.#settings.clock.after(timeoutMs, () => {
      const { connected, problem: cause } = this.#channel;
      const why = cause === undefined ? "" : ` (${cause.message})`;
      const message = `The signaling server ${connected ? "did not let us in" : "could not be reached"} within ${String(timeoutMs)} ms${why}. Check its address and its namespace.`;
      this.#fail(new SignalingError("TIMEOUT", message, { retryable: true, cause }));
    });
    signal?.addEventListener("abort", abort);
    const joined = new Promise<void>((resolve, reject) => {
      this.#joining = { resolve, reject };
    });
    this.#setState("joining");
    this.#stopWatching = watchPage(this, this.#settings.clock);
    this.#channel.open(this);
    if (signal?.aborted === true) abort();
    else if (this.#channel.connected) this.up();
    else this.#listener.idle();
    return joined.finally(() => {
      stopTimer();
      signal?.removeEventListener("abort", abort);
    });
  }

  /** Says goodbye where there is somebody to hear it. Never rejects. */
  async leave(): Promise<void> {
    if (this.#over) return;
    this.#sayGoodbye();
    this.#end();
    this.#joining?.reject(aborted());
    await this.goodbye;
  }

  /** Brings a message to a peer while we are in the room. */
  relay<Event extends RelayedEvent>(event: Event, payload: RelayedPayload<Event>): void {
    if (this.#state === "joined")
      this.#channel.send(event, { from: this.#id, room: this.room, ...payload } as ClientInput<Event>);
  }

  /** Asks the server for something. Rejects with a `SignalingError`. */
  async call<Event extends ClientEventName>(
    event: Event,
    payload: ClientInput<Event>,
    timeoutMs = ackTimeoutMs,
  ): Promise<Exclude<Reply<Event>, Refusal>> {
    const reply = await this.#channel.request(event, payload, timeoutMs);
    if (!reply.ok) throw fromRefusal(reply);
    return reply as Exclude<Reply<Event>, Refusal>;
  }

  up(): void {
    if (!this.#pageLeft) void this.#enter();
  }

  down(): void {
    this.#stopRetry?.();
    this.#entering = false;
    if (this.#state !== "joined") return;
    this.#setState("reconnecting");
    this.#listener.interrupted();
  }

  pageResumed({ networkChanged, slept }: Waking): void {
    if (this.#pageLeft) return;
    this.#channel.wake(networkChanged || slept);
    this.#listener.pageResumed(networkChanged);
  }

  /** Firefox closes the sockets of a page before its `pagehide`: the server is told what their end will mean. */
  pageLeaving(): void {
    if (this.#state === "joined") this.#channel.send("leaving", { room: this.room });
  }

  /** Some browsers never tell the server: without a goodbye the others would look at a still picture for a while. */
  pageLeft(): void {
    this.#pageLeft = true;
    this.#channel.send("exit", { room: this.room });
    this.down();
    this.#listener.pageHidden();
  }

  pageReturned(): void {
    this.#pageLeft = false;
    if (this.#channel.connected) this.up();
    this.pageResumed({ networkChanged: true, slept: true });
  }

  message(message: ServerMessage): void {
    const { event, payload } = message;
    if ("room" in payload && payload.room !== this.room) return;
    if (event === "created") this.#onCreated(payload);
    // Peers may be quicker than the server's own word; the listener knows what to do with them.
    else if (event === "offer" || event === "answer" || event === "candidate") this.#listener.message(message);
    else if (this.#state !== "joined") return;
    else if (event === "exit" && payload.from === this.#id) this.#onOwnExit(payload);
    else if (event === "rejected" && payload.code === "NOT_IN_ROOM") this.#reenter();
    else this.#listener.message(message);
  }

  async #enter(): Promise<void> {
    this.#stopRetry?.();
    await this.#before;
    this.#entering = true;
    const { room, capabilities } = this.#request;
    try {
      const token = await this.#token();
      // The join may have been given up, or the page left, while the token was fetched.
      if (this.#over || this.#pageLeft) return;
      const metadata = this.#request.metadata();
      const asked = this.#channel.request(
        "createAndJoinRoom",
        { room, key: this.#key, capabilities, metadata, token },
        ackTimeoutMs,
      );
      if (this.#state === "joining") this.#listener.idle();
      const reply = await asked;
      if (!reply.ok) this.#refused(reply);
    } catch {
      this.#retry();
    }
  }

  async #token(): Promise<string | undefined> {
    const { token } = this.#request;
    if (typeof token !== "function") return token;
    try {
      return await token();
    } catch (cause) {
      if (this.#state === "joining")
        this.#fail(new SignalingError("UNAUTHORIZED", "The token could not be had.", { retryable: true, cause }));
      throw cause;
    }
  }

  #refused(refusal: Refusal): void {
    if (!this.#entering) return;
    if (this.#state === "joining" || !refusal.retryable) this.#fail(fromRefusal(refusal));
    else this.#retry();
  }

  /** The connection stands but the room does not: try again later. Without a connection, its return is awaited. */
  #retry(): void {
    if (!this.#entering || !this.#channel.connected) return;
    this.#stopRetry?.();
    this.#stopRetry = this.#settings.clock.after(backoff(this.#attempts++, this.#settings.recovery), () => this.up());
  }

  #onCreated(created: ServerPayload<"created">): void {
    if (!this.#entering) return;
    this.#entering = false;
    this.#attempts = 0;
    this.#id = created.id;
    this.#setState("joined");
    this.#listener.entered(created);
    this.#joining?.resolve();
    this.#joining = undefined;
  }

  #onOwnExit({ reason, message }: ServerPayload<"exit">): void {
    if (reason === "closed") this.#reenter();
    else if (["replaced", "left", "lost", undefined].includes(reason))
      this.#fail(new SignalingError("REPLACED", "Another connection took over."));
    // A server that is newer than this may have reasons of its own.
    else this.#fail(new SignalingError("KICKED", message ?? "The host removed you from the room."));
  }

  /** The server does not know us any more, though the connection stands. */
  #reenter(): void {
    this.down();
    this.#entering = true;
    this.#retry();
  }

  #fail(error: SignalingError): void {
    if (this.#over) return;
    const joining = this.#joining;
    // The server may yet let in somebody who does not wait any longer.
    if (joining !== undefined) this.#sayGoodbye();
    this.#end();
    if (joining === undefined) this.#listener.ended(error);
    else joining.reject(error);
  }

  #sayGoodbye(): void {
    this.goodbye = this.#channel.request("exit", { room: this.room }, exitTimeoutMs).catch(() => undefined);
  }

  #end(): void {
    this.#stopRetry?.();
    this.#stopWatching?.();
    this.#entering = false;
    this.#channel.close();
    this.#setState(this.#state === "joining" ? "idle" : "left");
  }

  get #over(): boolean {
    return this.#state === "idle" || this.#state === "left";
  }

  #setState(state: ManagerState): void {
    this.#state = state;
    this.#listener.stateChanged(state);
  }
}

function aborted(cause?: unknown): SignalingError {
  return new SignalingError("ABORTED", "The join was given up.", { cause });
}
