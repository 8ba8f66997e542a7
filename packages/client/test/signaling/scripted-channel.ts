import type { ClientEventName, Reply } from "@sig/protocol/page";
import type { ChannelListener, ServerMessage, SignalingChannel } from "../../src/signaling/signaling-channel.js";

type JoinReply = Reply<"createAndJoinRoom">;

/** A channel that does nothing by itself: it records the calls, and a test answers them. */
export class ScriptedChannel implements SignalingChannel {
  connected = true;
  problem: Error | undefined;
  readonly calls: string[] = [];
  /** Each join in order: what was sent, and how to answer it. */
  readonly joins: { payload: object; answer: (reply: object) => void; fail: (error: Error) => void }[] = [];
  readonly requests: unknown[] = [];
  reply: object = { ok: true };
  /** Whether the next `created` answers our own join. */
  ours = true;
  listener: ChannelListener | undefined;
  leaving: Promise<void> = Promise.resolve();

  reserve(room: string): void {
    this.calls.push(`reserve ${room}`);
  }

  open(listener: ChannelListener): void {
    this.listener = listener;
    this.calls.push("open");
  }

  send(event: ClientEventName, payload: object): void {
    this.calls.push(`send ${event} ${JSON.stringify(payload)}`);
  }

  request<Event extends ClientEventName>(...request: [event: Event, payload: object, timeoutMs: number]) {
    this.requests.push(request);
    return Promise.resolve(this.reply as Reply<Event>);
  }

  left(): Promise<void> {
    return this.leaving;
  }

  join(payload: object, timeoutMs: number): Promise<JoinReply> {
    this.calls.push(`join ${timeoutMs}`);
    return new Promise((resolve, reject) => {
      this.joins.push({ payload, answer: (reply) => resolve(reply as JoinReply), fail: reject });
    });
  }

  takeAnswer(): boolean {
    return this.ours;
  }

  exit(timeoutMs: number): Promise<void> {
    this.calls.push(`exit ${timeoutMs}`);
    return Promise.resolve();
  }

  wake(mayBeDead: boolean): void {
    this.calls.push(`wake ${mayBeDead}`);
  }

  move(): void {
    this.calls.push("move");
  }

  close(): void {
    this.calls.push("close");
  }

  /** Something arrives from the server. */
  receive(event: ServerMessage["event"], payload: object): void {
    this.listener?.message({ event, payload } as ServerMessage);
  }
}
