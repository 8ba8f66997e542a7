/** The tools of a behavior, in this process and inside a page. */
export interface Tools {
  create(configuration?: RTCConfiguration | null): RTCPeerConnection;
  /** A stream of tracks that send something once they are connected. */
  stream(...kinds: ("audio" | "video")[]): MediaStream;
  /** One offer and its answer. */
  exchange(from: RTCPeerConnection, to: RTCPeerConnection): Promise<void>;
  /** Passes the candidates of each end to the other. */
  trickle(one: RTCPeerConnection, other: RTCPeerConnection): void;
  /** Resolves when a connection is `connected`. */
  connected(connection: RTCPeerConnection): Promise<void>;
  /** The next event of this type. */
  next(target: EventTarget, type: string): Promise<Event>;
  /** Resolves after this many milliseconds. */
  wait(ms: number): Promise<void>;
  /** "done", or the name of the error that the call throws or rejects with. */
  outcome(call: () => unknown): Promise<string>;
  /** "done", or the name of the error that the call throws. */
  thrown(call: () => unknown): string;
}

/** What one behavior looks like from outside: JSON by names that say what it is. */
export type Observations = Readonly<Record<string, unknown>>;

export interface Behavior {
  readonly name: string;
  /** It uses its argument alone: the source text of this function also runs in a page. */
  readonly run: (tools: Tools) => Promise<Observations>;
  /** What Chromium does, and so does the fake. */
  readonly expected: Observations;
  /** Those observations in which Firefox differs. */
  readonly firefox?: Observations;
  /** Those in which the fake is stricter on purpose. The README of @sig/client lists them. */
  readonly fake?: Observations;
}

/** The tools that are the same everywhere; their source text also runs in a page. */
export const commonTools: Omit<Tools, "create" | "stream"> = {
  exchange: async (from, to) => {
    await from.setLocalDescription();
    await to.setRemoteDescription(from.localDescription!);
    await to.setLocalDescription();
    await from.setRemoteDescription(to.localDescription!);
  },
  trickle: (one, other) => {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const)
      from.addEventListener(
        "icecandidate",
        ({ candidate }) => void to.addIceCandidate(candidate ?? undefined).catch(() => undefined),
      );
  },
  connected: (connection) =>
    new Promise((resolve) => {
      const look = (): void => {
        if (connection.connectionState === "connected") resolve();
      };
      connection.addEventListener("connectionstatechange", look);
      look();
    }),
  next: (target, type) => new Promise((resolve) => target.addEventListener(type, resolve, { once: true })),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  outcome: (call) =>
    Promise.resolve()
      .then(call)
      .then(
        () => "done",
        (error: unknown) => (error as Error).name,
      ),
  thrown: (call) => {
    try {
      call();
      return "done";
    } catch (error) {
      return (error as Error).name;
    }
  },
};
