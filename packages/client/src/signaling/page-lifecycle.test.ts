import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { watchPage } from "./page-lifecycle.js";

/** A page that fires events, and what its listener is notified of. */
function watch() {
  const clock = new FakeClock();
  const target = new EventTarget();
  const phases: boolean[] = [];
  const document = { visibilityState: "visible" };
  const passed: unknown[] = [];
  const stop = watchPage(
    {
      pageResumed: (resume) => passed.push(resume),
      pageLeaving: () => passed.push("leaving"),
      pageLeft: () => passed.push("left"),
      pageReturned: () => passed.push("returned"),
    },
    clock,
    {
      addEventListener: (type, listener, capture) => {
        phases.push(capture);
        target.addEventListener(type, listener, capture);
      },
      // Node.js 20 ignores a boolean here.
      removeEventListener: (type, listener, capture) => target.removeEventListener(type, listener, { capture }),
      document,
    },
  );
  const fire = (type: string, fields: object = {}): void =>
    void target.dispatchEvent(Object.assign(new Event(type), fields));
  const show = (visibilityState: string): void => {
    document.visibilityState = visibilityState;
    fire("visibilitychange");
  };
  return { clock, passed, phases, fire, show, stop };
}

const resumed = (networkChanged: boolean, slept: boolean): unknown => ({ networkChanged, slept });

describe("a page", () => {
  it("that is online again has another network", () => {
    const { fire, passed } = watch();
    fire("online");
    expect(passed).toEqual([resumed(true, false)]);
  });

  it("that is visible again has slept if it was hidden for more than five seconds", async () => {
    const { show, clock, passed } = watch();
    await clock.advance(3000);
    show("visible");
    show("hidden");
    await clock.advance(5000);
    show("visible");
    show("hidden");
    await clock.advance(3000);
    show("hidden");
    expect(passed).toHaveLength(2);
    await clock.advance(2001);
    show("visible");
    show("visible");
    expect(passed).toEqual([resumed(false, false), resumed(false, false), resumed(false, true), resumed(false, false)]);
  });

  it("that was frozen has slept since then, and one that resumes has slept in any case", async () => {
    const { fire, clock, passed } = watch();
    fire("freeze");
    await clock.advance(4000);
    fire("freeze");
    await clock.advance(1001);
    fire("online");
    fire("resume");
    expect(passed).toEqual([resumed(true, true), resumed(false, true)]);
  });

  it("is leaving, left, and back from the cache; the first `pageshow` says only that it has loaded", () => {
    const { fire, passed } = watch();
    fire("pageshow", { persisted: false });
    for (const type of ["beforeunload", "pagehide"]) fire(type);
    fire("pageshow", { persisted: true });
    expect(passed).toEqual(["leaving", "left", "returned"]);
  });

  it("is listened to in the capture phase, until that is stopped", () => {
    const { fire, phases, passed, stop } = watch();
    expect(new Set(phases)).toEqual(new Set([true]));
    expect(phases).toHaveLength(7);
    stop();
    for (const type of ["online", "visibilitychange", "resume", "beforeunload", "pagehide"]) fire(type);
    expect(passed).toEqual([]);
  });

  it("without events, as in Node, is left alone", () => {
    const never = (): never => expect.unreachable();
    const listener = { pageResumed: never, pageLeaving: never, pageLeft: never, pageReturned: never };
    expect(() => watchPage(listener, new FakeClock(), {})()).not.toThrow();
  });

  it("without a document counts as visible", () => {
    const target = new EventTarget();
    const passed: unknown[] = [];
    const other = (): void => undefined;
    watchPage(
      { pageResumed: (resume) => passed.push(resume), pageLeaving: other, pageLeft: other, pageReturned: other },
      new FakeClock(),
      { addEventListener: target.addEventListener.bind(target) },
    );
    target.dispatchEvent(new Event("visibilitychange"));
    expect(passed).toEqual([resumed(false, false)]);
  });
});
