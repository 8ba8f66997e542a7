import { defaultRecovery } from "../../src/negotiation/recovery-defaults.js";
import { Membership } from "../../src/signaling/membership.js";
import type { MembershipRequest } from "../../src/signaling/membership-ports.js";
import { FakeClock } from "../../src/testing/fake-clock.js";
import { ScriptedChannel } from "./scripted-channel.js";

export const capabilities = { trickle: true };
/** The answer that lets us in. */
export const created = { ok: true, room: "r", id: "me", peers: [] };
/** What is read of it. */
export const entered = { room: "r", id: "me", peers: [] };

/** A membership in the room "r", over a channel that a test answers. */
export class MembershipLab {
  readonly clock = new FakeClock();
  readonly channel = new ScriptedChannel();
  /** What the listener was notified of. */
  readonly passed: unknown[] = [];
  membership = this.#make({});

  /** Another membership in place of the first one. */
  start(request: Partial<MembershipRequest>): void {
    this.membership = this.#make(request);
  }

  /** Begins a join; resolves with its error or nothing. */
  join(signal?: AbortSignal, timeoutMs = 15_000): Promise<unknown> {
    return this.membership.join({ signal, timeoutMs }).catch((error: unknown) => error);
  }

  /** The server lets us in, on the join that was sent last. */
  async letIn(): Promise<void> {
    this.channel.joins.at(-1)?.answer(created);
    await this.clock.advance(0);
  }

  /** Joins, and forgets what was recorded meanwhile. */
  async joined(): Promise<void> {
    const joining = this.join();
    await this.clock.advance(0);
    await this.letIn();
    await joining;
    this.passed.length = 0;
    this.channel.calls.length = 0;
  }

  #make(request: Partial<MembershipRequest>): Membership {
    const pass =
      (name: string) =>
      (...args: unknown[]): void =>
        void this.passed.push([name, ...args.filter((arg) => arg !== undefined)]);
    return new Membership(
      this.channel,
      {
        room: "r",
        token: undefined,
        traceparent: undefined,
        capabilities,
        offer: () => undefined,
        metadata: () => undefined,
        ...request,
      },
      { clock: this.clock, recovery: defaultRecovery },
      {
        stateChanged: pass("state"),
        prepare: () => {
          pass("prepare")();
          return Promise.resolve();
        },
        entered: pass("entered"),
        waiting: pass("waiting"),
        note: pass("note"),
        interrupted: pass("interrupted"),
        message: pass("message"),
        pageResumed: pass("page resumed"),
        pageHidden: pass("page hidden"),
        ended: pass("ended"),
      },
    );
  }
}
