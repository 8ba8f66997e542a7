import { ackTimeoutMs, exitTimeoutMs } from "../negotiation/time-constants.js";
import type { ClientEventName, ClientInput, Rejection, Reply, ServerPayload } from "@sig/protocol/page";
import { SignalingError, fromRejection } from "../errors.js";
import type { ManagerState } from "../events.js";
import type { Settings } from "../options.js";
import { features } from "./features.js";
import { createKey } from "./key.js";
import type { MembershipListener, MembershipRequest } from "./membership-ports.js";
import { watchPage, type PageLifecycleListener, type PageResume } from "./page-lifecycle.js";
import { isRelayed } from "./relayed.js";
import { RetryTimer } from "./retry-timer.js";
import type {
  ChannelListener,
  RelayedEvent,
  RelayedPayload,
  ServerMessage,
  SignalingChannel,
} from "./signaling-channel.js";

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
  readonly #rejoin: RetryTimer;
  #state: ManagerState = "idle";
  #id: string | undefined;
  #attempt: JoinAttempt | undefined;
  /** Whether the server may know of us, so that we have to send `exit` when we leave. */
  #announced = false;
  #stopWatching: (() => void) | undefined;
  /** Whether the page was left: no join is sent until it returns. */
  #pageLeft = false;
  #joining: { resolve: () => void; reject: (error: SignalingError) => void } | undefined;

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
    this.#rejoin = new RetryTimer(settings);
  }

  /** `idle` again after a join that failed. */
  get state(): ManagerState {
    return this.#state;
  }

  get id(): string | undefined {
    return this.#id;
  }

  get room(): string {
    return this.#request.room;
  }

  /** Resolves once the server has let us in. A rejection ends the membership. */
  join({ signal, timeoutMs }: { signal: AbortSignal | undefined; timeoutMs: number }): Promise<void> {
    this.#channel.reserve(this.room);
    const abort = (): void => this.#fail(aborted(signal?.reason));
    const stopTimer = this.#settings.clock.after(timeoutMs, () => this.#fail(this.#timedOut(timeoutMs)));
    signal?.addEventListener("abort", abort);
    const joined = new Promise<void>((resolve, reject) => {
      this.#joining = { resolve, reject };
    });
    this.#setState("joining");
    this.#stopWatching = watchPage(this, this.#settings.clock);
    this.#channel.open(this);
    if (signal?.aborted === true) abort();
    else if (this.#channel.connected) this.connected();
    else this.#listener.idle();
    return joined.finally(() => {
      stopTimer();
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
    if (this.#state === "joined")
      this.#channel.send(event, { from: this.#id, room: this.room, ...payload } as ClientInput<Event>);
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

  connected(): void {
    if (!this.#pageLeft && !this.#over) void this.#enter();
  }

  disconnected(): void {
    this.#rejoin.cancel();
    this.#attempt = undefined;
    if (this.#state !== "joined") return;
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
    if (this.#state === "joined") this.#channel.send("leaving", { room: this.room });
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
    else if (this.#state !== "joined") return;
    else if (event === "exit" && payload.from === this.#id) this.#removed(payload);
    else if (event === "rejected" && payload.code === "NOT_IN_ROOM") this.#reenter();
    else this.#listener.message(message);
  }

  async #enter(): Promise<void> {
    this.#rejoin.cancel();
    const attempt: JoinAttempt = { sent: false };
    this.#attempt = attempt;
    const isCurrent = (): boolean => this.#attempt === attempt;
    const { room, capabilities } = this.#request;
    try {
      await this.#channel.left();
      const token = await this.#token();
      if (!isCurrent()) return;
      const payload = { room, key: this.#key, capabilities, features, metadata: this.#request.metadata(), token };
      attempt.sent = true;
      this.#announced = true;
      const answered = this.#channel.join(payload, ackTimeoutMs);
      if (this.#state === "joining") this.#listener.idle();
      const reply = await answered;
      if (!isCurrent()) return;
      if (!reply.ok) {
        this.#rejected(reply);
        return;
      }
      const created = this.#channel.readCreated(reply);
      // A server that answers with something else may be restarting.
      if (created === undefined) this.#retry();
      else this.#entered(created);
    } catch {
      if (isCurrent()) this.#retry();
    }
  }

  async #token(): Promise<string | undefined> {
    const { token } = this.#request;
    if (typeof token !== "function") return token;
    try {
      return await token();
    } catch (cause) {
      if (this.#state === "joining")
        this.#fail(new SignalingError("UNAUTHORIZED", "Failed to obtain the token.", { retryable: true, cause }));
      throw cause;
    }
  }

  #rejected(rejection: Rejection): void {
    if (this.#state === "joining" || !rejection.retryable) {
      this.#announced = false;
      this.#fail(fromRejection(rejection));
    } else this.#retry();
  }

  /** The connection is there but the room is not: joins again later. Without a connection, waits for its return. */
  #retry(): void {
    this.#attempt = undefined;
    if (this.#channel.connected) this.#rejoin.schedule(() => this.connected());
  }

  #entered(created: ServerPayload<"created">): void {
    this.#attempt = undefined;
    this.#rejoin.succeeded();
    this.#id = created.id;
    this.#setState("joined");
    this.#listener.entered(created);
    this.#joining?.resolve();
    this.#joining = undefined;
  }

  /** The server has ended our membership, with a reason. */
  #removed({ reason, message }: ServerPayload<"exit">): void {
    if (reason === "closed") {
      this.#reenter();
      return;
    }
    this.#announced = false;
    if (["replaced", "left", "lost", undefined].includes(reason))
      this.#fail(new SignalingError("REPLACED", "Another connection took over this membership."));
    // A newer server may have further reasons.
    else this.#fail(new SignalingError("KICKED", message ?? "The application removed you from the room."));
  }

  /** The server has forgotten us, though the connection is there. */
  #reenter(): void {
    this.disconnected();
    this.#retry();
  }

  #timedOut(timeoutMs: number): SignalingError {
    const { connected, problem: cause } = this.#channel;
    const why = cause === undefined ? "" : ` (${cause.message})`;
    const what = connected ? "did not answer the join" : "could not be reached";
    const message = `The signaling server ${what} within ${timeoutMs} ms${why}. Check its address and namespace.`;
    return new SignalingError("TIMEOUT", message, { retryable: true, cause });
  }

  #fail(error: SignalingError): void {
    if (this.#over) return;
    const joining = this.#joining;
    // The server may still let in a client that no longer waits.
    if (joining !== undefined) void this.#exit();
    this.#end();
    if (joining === undefined) this.#listener.ended(error);
    else joining.reject(error);
  }

  /** Nothing is sent to a server that cannot know of us. */
  async #exit(): Promise<void> {
    if (this.#announced) await this.#channel.exit(exitTimeoutMs);
  }

  #end(): void {
    this.#rejoin.cancel();
    this.#stopWatching?.();
    this.#attempt = undefined;
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
  return new SignalingError("ABORTED", "The join was canceled.", { cause });
}
