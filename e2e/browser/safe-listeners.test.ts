import type { PeerManager } from "@sig/client";
import { describe, expect, it } from "vitest";
import { withLab } from "./lab/with-lab.js";

const events = ["peerJoined", "state", "peerLeft", "trackEnded"] as const;
const actions = ["leave", "rejoin", "throw"] as const;

interface Case {
  readonly event: (typeof events)[number];
  readonly action: (typeof actions)[number];
}

interface Outcome {
  /** Whether the listener ran. */
  readonly ran: boolean;
  /** The state of the manager after the action. */
  readonly state: string;
  /** Errors that listeners threw and the logger got. */
  readonly logged: number;
  /** Ids for which `peerLeft` came without `peerJoined`, or twice. */
  readonly unmatched: readonly string[];
  readonly leftovers: { readonly connections: number; readonly timers: number; readonly peers: number };
}

/** Three managers in one page, each with a socket of its own: the listener under test, and two others. */
describe("a listener that leaves, rejoins or throws", () => {
  const lab = withLab();

  it.each(events.flatMap((event) => actions.map((action) => [event, action] as const)))(
    "in %s with %s breaks nothing and leaves nothing behind",
    async (event, action) => {
      const { page, errors } = await lab.open();
      const outcome = await page.evaluate(runCase, { event, action });
      expect(outcome).toEqual({
        ran: true,
        state: action === "leave" ? "left" : "joined",
        logged: action === "throw" ? 1 : 0,
        unmatched: [],
        leftovers: { connections: 0, timers: 0, peers: 0 },
      });
      // The browser reports the error of a listener, as it does for its own events.
      expect(errors).toEqual(action === "throw" ? ["a mistake of the application"] : []);
    },
  );
});

/** Runs in the page: it uses nothing from outside. */
async function runCase({ event, action }: Case): Promise<Outcome> {
  const { PeerManager, io, media, receivesFrames, until } = window.lab;
  const room = "safe listeners";
  const connections: RTCPeerConnection[] = [];
  class Recorded extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  }
  const timers = new Set<number>();
  const clock = {
    now: () => performance.now(),
    after: (ms: number, run: () => void) => {
      const timer = window.setTimeout(() => {
        timers.delete(timer);
        run();
      }, ms);
      timers.add(timer);
      return () => {
        timers.delete(timer);
        clearTimeout(timer);
      };
    },
  };
  let logged = 0;
  const ignore = (): void => undefined;
  const logger = { debug: ignore, info: ignore, warn: ignore, error: () => void (logged += 1) };
  const connect = () => io({ forceNew: true, transports: ["websocket"] });
  const subject = new PeerManager(connect(), { RTCPeerConnection: Recorded, clock, logger });
  const others = [new PeerManager(connect()), new PeerManager(connect())] as const;

  const present = new Set<string>();
  const unmatched: string[] = [];
  subject.on("peerJoined", ({ id }) => void present.add(id));
  subject.on("peerLeft", ({ id }) => present.delete(id) || unmatched.push(id));

  const connected = async (managers: readonly PeerManager[], peers: number): Promise<void> => {
    await until(
      () => managers.map((manager) => [...manager.peers.values()].map(({ state }) => state).join()),
      (states) => states.every((state) => state === Array.from({ length: peers }, () => "connected").join()),
    );
    await Promise.all(managers.map((manager) => receivesFrames(manager, 2)));
  };

  const stream = await media();
  const publications = [subject, ...others].map((manager) => manager.publish(stream, { label: "camera" }));
  for (const other of others) await other.join(room);
  await connected(others, 1);

  let ran = false;
  let acting: Promise<unknown> = Promise.resolve();
  const act = (): void => {
    if (ran) return;
    ran = true;
    if (action === "throw") throw new Error("a mistake of the application");
    const leaving = subject.leave();
    acting = action === "leave" ? leaving : subject.join(room);
  };
  const join = (): Promise<unknown> => subject.join(room).catch(() => undefined);
  if (event === "state") subject.on("state", (state) => state === "joined" && act());
  else subject.on(event, act);

  await join();
  if (event === "peerLeft" || event === "trackEnded") {
    await connected([subject, ...others], 2);
    if (event === "peerLeft") await others[0].leave();
    else publications[1]?.stop();
  }
  await until(
    () => ran,
    (now) => now,
  );
  await acting;
  const state = action === "leave" ? "left" : "joined";
  await until(
    () => subject.state as string,
    (now) => now === state,
  );
  const reached = subject.state;

  // The others are served, and the manager can be in another call.
  if (event === "peerLeft") await others[0].join(room);
  if (event === "trackEnded") others[0].publish(stream, { label: "again" });
  if (action === "leave") {
    await connected(others, 1);
    await subject.join(room);
  }
  await connected([subject, ...others], 2);
  await subject.leave();
  await connected(others, 1);
  const leftovers = {
    connections: connections.filter(({ connectionState }) => connectionState !== "closed").length,
    timers: timers.size,
    peers: subject.peers.size + present.size,
  };
  for (const other of others) await other.leave();
  return { ran, state: reached, logged, unmatched, leftovers };
}
