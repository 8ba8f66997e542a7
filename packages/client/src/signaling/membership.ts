import {
  ackTimeoutMs,
  exitTimeoutMs,
  joinAnswerMs,
  prepareTimeoutMs,
  renewAt,
  tokenTimeoutMs,
} from "../negotiation/time-constants.js";
import { within } from "../util/within.js";
import { features } from "./features.js";
import { aborted, noToken, removed, timedOut } from "./membership-errors.js";
import { isRelayed } from "./relayed.js";
import { fromRejection, type SignalingError } from "../errors.js";
import {
  readServerEvent,
  type ClientEventName,
  type ClientInput,
  type Rejection,
  type Reply,
  type ServerPayload,
} from "@sig/protocol/page";
import { createKey } from "./key.js";
import { readTraceparent } from "./traceparent.js";
import { RetryTimer } from "./retry-timer.js";
import { watchPage, type PageLifecycleListener, type PageResume } from "./page-lifecycle.js";
import type { ManagerState } from "../events.js";
import type { Settings } from "../options.js";
import type { MembershipListener, MembershipRequest } from "./membership-ports.js";
import type {
  ChannelListener,
  RelayedEvent,
  RelayedPayload,
  ServerMessage,
  SignalingChannel,
} from "./signaling-channel.js";

type JoinPayload = ClientInput<"createAndJoinRoom">;

/** One request to be let in, until its answer is known. An answer belongs to the request that asked for it. */
interface JoinAttempt {
  sent: boolean;
}

/**
 * One stay in one room, from `join` to `leave`, over as many connections as it takes. A lost connection ends nothing:
 * the membership is resumed by its key (docs/protocol.md, presence).
 */
export class Membership implements ChannelListener, PageLifecycleListener {
  readonly #channel: SignalingChannel;
  readonly #request: MembershipRequest;
  readonly #settings: Pick<Settings, "recovery" | "clock">;
  readonly #listener: MembershipListener;
  readonly #key = createKey();
  /** The next join: the repetition of one without an answer, or the renewal of the membership. */
  readonly #nextJoin: RetryTimer;
  /** `idle` again after a join that failed. */
  state: ManagerState = "idle";
  declare id: string | undefined;
  #attempt: JoinAttempt | undefined;
  /** The outstanding reply: its join may be admitted although the membership that an earlier one began has ended. */
  #asked: Promise<unknown> | undefined;
  /** The join that was sent with the request to connect, until it is repeated as an event. */
  #joinOnConnect: JoinPayload | undefined;
  #prepared: Promise<void> | undefined;
  /** Why the last attempt decided nothing. */
  #failure: SignalingError | undefined;
  /** Whether the server may know of us over this connection, so that we have to send `exit` when we leave. */
  #announced = false;
  #stopWatching: (() => void) | undefined;
  /** Whether the page was left: no join is sent until it returns. */
  #pageLeft = false;
  #joining: { resolve: () => void; reject: (error: SignalingError) => void } | undefined;
  #stopTimeout: (() => void) | undefined;

  constructor(
    channel: SignalingChannel,
    request: MembershipRequest,
    settings: Pick<Settings, "recovery" | "clock">,
    listener: MembershipListener,
  ) {
    this.#channel = channel;
    this.#request = request;
    this.#settings = settings;
    this.#listener = listener;
    this.#nextJoin = new RetryTimer(settings);
  }

  get room(): string {
    return this.#request.room;
  }

  /** Resolves once the server has let us in. Rejects when it has decided otherwise, or not in time. */
  join({ signal, timeoutMs }: { signal: AbortSignal | undefined; timeoutMs: number }): Promise<void> {
    const { clock } = this.#settings;
    const abort = (): void => this.#fail(aborted(signal?.reason));
    signal?.addEventListener("abort", abort);
    this.#channel.reserve(this.room);
    this.#stopTimeout = clock.after(timeoutMs, () => this.#fail(this.#timedOut(timeoutMs)));
    const joined = new Promise<void>((resolve, reject) => {
      this.#joining = { resolve, reject };
    });
    this.#setState("joining");
    this.#stopWatching = watchPage(this, clock);
    this.#channel.open(this);
    if (signal?.aborted === true) abort();
    else {
      if (this.#channel.connected) this.connected();
      this.#prepared = within(this.#listener.prepare(), prepareTimeoutMs, clock);
    }
    return joined.finally(() => {
      this.#stopTimeout?.();
      signal?.removeEventListener("abort", abort);
    });
  }

  /** Tells the server where it may know of us. Resolves when it has answered, or cannot. Never rejects. */
  async leave(): Promise<void> {
    if (this.#over) return;
    const exited = this.#exit();
    this.#end();
    this.#joining?.reject(aborted());
    await exited;
  }

  /** Sends a message to a peer while we are in the room. */
  relay<Event extends RelayedEvent>(event: Event, payload: RelayedPayload<Event>): void {
    if (this.state === "joined")
      this.#channel.send(event, { from: this.id, room: this.room, ...payload } as ClientInput<Event>);
  }

  /** Asks the server for something. Rejects with a `SignalingError`. */
  async call<Event extends ClientEventName>(
    event: Event,
    payload: ClientInput<Event>,
    timeoutMs = ackTimeoutMs,
  ): Promise<Exclude<Reply<Event>, Rejection>> {
    const reply = await this.#channel.request(event, payload, timeoutMs);
    if (!reply.ok) throw fromRejection(reply);
    return reply as Exclude<Reply<Event>, Rejection>;
  }

  joinOnConnect(): JoinPayload | undefined {
    const { token } = this.#request;
    // Fetching a token may take long, and the application may need the connection for more.
    if (this.#pageLeft || typeof token === "function") return undefined;
    this.#announced = true;
    const join = this.#join(token);
    this.#joinOnConnect = { ...join, offer: undefined };
    return join;
  }

  connected(): void {
    if (!this.#pageLeft && !this.#over) void this.#enter();
  }

  disconnected(): void {
    this.#nextJoin.cancel();
    this.#attempt = this.#joinOnConnect = undefined;
    // On another connection the server knows nothing of us until we join.
    this.#announced = false;
    if (this.state !== "joined") return;
    this.#setState("reconnecting");
    this.#listener.interrupted();
  }

  pageResumed({ networkChanged, slept }: PageResume): void {
    if (this.#pageLeft) return;
    this.#channel.wake(networkChanged || slept);
    this.#listener.pageResumed(networkChanged);
  }

  /** Firefox closes the sockets of a page before its `pagehide`: the server learns beforehand what their end means. */
  pageLeaving(): void {
    if (this.state === "joined") this.#channel.send("leaving", { room: this.room });
  }

  /** Some browsers never close the socket: without an `exit` the others would look at a still frame for a while. */
  pageLeft(): void {
    this.#pageLeft = true;
    if (this.#announced) this.#channel.send("exit", { room: this.room });
    this.disconnected();
    this.#listener.pageHidden();
  }

  pageReturned(): void {
    this.#pageLeft = false;
    if (this.#channel.connected) this.connected();
    this.pageResumed({ networkChanged: true, slept: true });
  }

  message(message: ServerMessage): void {
    const { event, payload } = message;
    if ("room" in payload && payload.room !== this.room) return;
    if (event === "created") {
      if (this.#channel.takeAnswer() && this.#attempt?.sent === true) this.#entered(payload);
    }
    // Messages of peers may overtake the server's own; the listener keeps them.
    else if (isRelayed(event)) this.#listener.message(message);
    else if (event === "waiting") {
      if (this.#attempt?.sent === true) this.#waits();
    } else if (this.state !== "joined") return;
    else if (event === "drain") this.#channel.move();
    else if (event === "exit" && payload.from === this.id) this.#removed(payload);
    else if (event === "rejected" && payload.code === "NOT_IN_ROOM") this.#reenter();
    else this.#listener.message(message);
  }

  async #enter(): Promise<void> {
    const attempt: JoinAttempt = { sent: false };
    this.#attempt = attempt;
    const isCurrent = (): boolean => this.#attempt === attempt;
    this.#nextJoin.after(tokenTimeoutMs, () => this.#retry());
    try {
      let payload = this.#joinOnConnect;
      // It is sent at once: its answer may arrive in the same moment as the connection.
      if (payload === undefined) {
        await this.#channel.left();
        await this.#prepared;
        const { token } = this.#request;
        const fetched = typeof token === "function" ? await token() : token;
        if (!isCurrent()) return;
        payload = this.#join(fetched);
      }
      this.#joinOnConnect = undefined;
      attempt.sent = true;
      // What failed before a token was there is over.
      if (this.#failure?.code === "TIMEOUT") this.#failure = undefined;
      this.#announced = true;
      const answered = (this.#asked = this.#channel.join(payload, joinAnswerMs));
      this.#nextJoin.after(ackTimeoutMs, () => this.#retry());
      const reply = await answered.finally(() => {
        if (this.#asked === answered) this.#asked = undefined;
      });
      if (!isCurrent()) return;
      if (!reply.ok) {
        this.#rejected(reply);
        return;
      }
      const created = readServerEvent("created", reply);
      // A server that answers with something else may be restarting.
      if (created === undefined) this.#retry();
      else this.#entered(created);
    } catch (error) {
      if (!isCurrent()) return;
      if (!attempt.sent) this.#failure = noToken(error);
      this.#retry();
    }
  }

  #join(token: string | undefined): JoinPayload {
    const { room, capabilities, traceparent } = this.#request;
    const metadata = this.#request.metadata();
    return {
      room,
      key: this.#key,
      capabilities,
      features,
      metadata,
      token,
      traceparent: readTraceparent(traceparent),
      offer: this.#request.offer(),
    };
  }

  /** The application takes its time to decide: from now on only the caller cancels the join. */
  #waits(): void {
    this.#nextJoin.cancel();
    this.#stopTimeout?.();
    if (this.state !== "joined") this.#listener.waiting();
  }

  /** A failure to decide is not a decision: it is asked again. */
  #rejected(rejection: Rejection): void {
    const { code, retryable } = rejection;
    const error = fromRejection(rejection);
    this.#listener.note("join rejected", undefined, { code });
    if (this.state !== "joined") this.#announced = false;
    if (!retryable || (code === "ROOM_FULL" && this.state === "joining")) this.#fail(error);
    else {
      this.#failure = error;
      this.#retry();
    }
  }

  /** The connection is there but the room is not: joins again later. Without a connection, waits for its return. */
  #retry(): void {
    this.#attempt = undefined;
    if (this.#channel.connected) this.#nextJoin.schedule(() => this.connected());
  }

  #entered(created: ServerPayload<"created">): void {
    const { id, resumed, expiresIn } = created;
    const renewed = this.state === "joined" && resumed === true && id === this.id;
    this.#attempt = undefined;
    this.#nextJoin.succeeded();
    if (expiresIn !== undefined) this.#nextJoin.after(expiresIn * 1000 * renewAt, () => this.connected());
    this.id = id;
    this.#setState("joined");
    this.#listener.entered(created, renewed);
    this.#joining?.resolve();
    this.#joining = undefined;
  }

  /** The server has ended our membership, with a reason. */
  #removed(exit: ServerPayload<"exit">): void {
    if (exit.reason === "closed") {
      this.#reenter();
      return;
    }
    this.#announced = this.#asked !== undefined;
    this.#fail(removed(exit));
  }

  /** The server has forgotten us, though the connection is there. */
  #reenter(): void {
    this.disconnected();
    this.#retry();
  }

  #timedOut(timeoutMs: number): SignalingError {
    const { connected, problem } = this.#channel;
    if (!connected) return timedOut("could not be reached", timeoutMs, problem);
    if (this.#attempt?.sent === false) return noToken();
    return this.#failure ?? timedOut("did not answer the join", timeoutMs);
  }

  #fail(error: SignalingError): void {
    if (this.#over) return;
    const joining = this.#joining;
    // The server may still let in a client that no longer waits.
    void this.#exit();
    this.#end();
    if (joining === undefined) this.#listener.ended(error);
    else joining.reject(error);
  }

  /** Nothing is sent to a server that cannot know of us. */
  async #exit(): Promise<void> {
    if (this.#announced) await this.#channel.exit(exitTimeoutMs);
  }

  #end(): void {
    this.#nextJoin.cancel();
    this.#stopWatching?.();
    this.#attempt = undefined;
    this.#channel.close();
    this.#setState(this.state === "joining" ? "idle" : "left");
  }

  get #over(): boolean {
    return this.state === "idle" || this.state === "left";
  }

  #setState(state: ManagerState): void {
    if (state === this.state) return;
    this.state = state;
    this.#listener.stateChanged(state);
  }
}
