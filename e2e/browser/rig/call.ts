import { expect } from "vitest";
import { type LabServer } from "../lab/lab.js";
import { connected, joinLab, seesFrames, type JoinOptions, type LabPage } from "../lab/pair.js";
import { type Pairing } from "../support/pairings.js";
import { until } from "../support/until.js";
import { FrameProxy } from "./frame-proxy.js";
import { type Pages, type RoutedPage } from "./pages.js";
import { TcpProxy } from "./tcp-proxy.js";
import { UdpPath, type End } from "./udp-path.js";

/** What network trouble makes browsers write to the console; nothing a page could prevent. */
const networkNoise = /net::ERR_|WebSocket connection|can’t establish a connection|connection to ws:|NetworkError/;

export interface CallOptions extends JoinOptions {
  /** In front of the server, one for each page. Default `tcp`. */
  proxies?: "tcp" | "frames";
  /** A server of the test's own, which it may kill; it is closed with the call. Default: one that all calls share. */
  server?: LabServer;
  /** The pages are not as they were afterwards: frozen, dead, with others beside them. */
  spoilsPages?: boolean;
  /** Leaves the joining to the test. */
  opened?: boolean;
  /** For what is lost on the path by chance. */
  seed?: number;
}

let rooms = 0;

/** Two pages in one room, each with a proxy in front of the server, and between them a path of the test's own. */
export class Call {
  readonly room = `call ${String((rooms += 1))}`;
  readonly server: LabServer;
  readonly path: UdpPath;
  readonly tcp: readonly TcpProxy[];
  readonly frames: readonly FrameProxy[];
  readonly options: CallOptions;
  pages!: readonly [RoutedPage, RoutedPage];
  ids: [string, string] = ["", ""];

  constructor(server: LabServer, proxies: readonly (TcpProxy | FrameProxy)[], options: CallOptions) {
    this.server = server;
    this.options = options;
    this.path = new UdpPath(options.seed);
    this.tcp = proxies.filter((proxy) => proxy instanceof TcpProxy);
    this.frames = proxies.filter((proxy) => proxy instanceof FrameProxy);
  }

  async open(pages: Pages, pairing: Pairing): Promise<void> {
    const urls = [...this.tcp, ...this.frames].map(({ url }) => url);
    const open = (end: End): Promise<RoutedPage> => pages.take(pairing[end], urls[end] ?? "", { path: this.path, end });
    this.pages = await Promise.all([open(0), open(1)]);
  }

  /** The second comes when the first is there. */
  async join(): Promise<void> {
    await this.joinOne(0);
    await this.joinOne(1);
  }

  async joinOne(end: End, options: JoinOptions = {}): Promise<void> {
    // Socket.IO's own order: browsers make a page wait that asks for WebSockets again and again in vain (Firefox for up to a minute).
    const transports: ("polling" | "websocket")[] = this.frames.length > 0 ? ["websocket"] : ["polling", "websocket"];
    const { socket, ...rest } = { ...this.options, ...options };
    this.ids[end] = await joinLab(this.pages[end], this.room, {
      camera: true,
      ...rest,
      socket: { transports, ...socket },
    });
  }

  /** Waits until both are connected and see each other, if they have anything to see. */
  async seen(frames = 5): Promise<void> {
    await this.both((page) => connected(page, 1));
    if (this.options.camera !== false) await this.both((page) => seesFrames(page, frames));
  }

  /** Waits until no exchange is under way and both ends are of one ICE generation: on a machine that is busy, one may have restarted while they met. */
  agreed(): Promise<void> {
    return until("one generation on both sides", async () => {
      const [first, second] = await this.both(({ page }) => page.evaluate(describeGeneration));
      return first.stable && second.stable && first.local === second.remote && first.remote === second.local;
    });
  }

  both<Result>(run: (page: RoutedPage, end: End) => Promise<Result>): Promise<[Result, Result]> {
    return Promise.all([run(this.pages[0], 0), run(this.pages[1], 1)]);
  }

  /** Waits for the same thing in both pages. */
  async reach(what: "state" | "labels", value: string, timeoutMs = 20_000): Promise<void> {
    await this.both((page) => reach(page, what, value, timeoutMs));
  }

  /**
   * What holds when everything has come to rest, whatever happened before: both are in the room and see each other; there is
   * one live connection on each side, stable; messages go through; nothing was complained of.
   */
  async atRest(...labels: [both?: string] | [first: string, second: string]): Promise<void> {
    const [first = "camera", second = first] = labels;
    await this.reach("state", "joined");
    await this.both((page, end) => reach(page, "labels", end === 0 ? first : second));
    await this.seen();
    await this.both(({ page }) => page.evaluate(exchangesMessages));
    const ends = await this.both(({ page }) => page.evaluate(describeEnd));
    for (const end of ends) expect(end).toEqual({ peers: 1, live: 1, current: true, signaling: "stable", errors: [] });
    expect(this.complaints()).toEqual([]);
  }

  complaints(): string[] {
    return this.pages.flatMap(({ errors }) => errors).filter((error) => !networkNoise.test(error));
  }

  /** What both pages have to tell, for somebody who looks for the reason of a failure. */
  async story(): Promise<string> {
    const ends = await this.both(({ page }) => page.evaluate(tellEnd).catch((error: unknown) => String(error)));
    return JSON.stringify({ room: this.room, ends }, undefined, 1);
  }

  /** @param done What to do with a page. */
  async close(done: (page: RoutedPage) => Promise<void> = ({ context }) => context.close()): Promise<void> {
    await Promise.all(this.pages.map(done));
    for (const proxy of [...this.tcp, ...this.frames]) await proxy.close();
    this.path.close();
    if (this.options.server !== undefined) await this.server.close();
  }
}

/** The manager's state, or the labels of the tracks that are there, sorted. */
export async function reach(
  { page }: LabPage,
  what: "state" | "labels",
  value: string,
  timeoutMs = 20_000,
): Promise<void> {
  await page.evaluate(
    ({ what, value, timeoutMs }) =>
      window.lab.until(
        () => (what === "state" ? window.manager.state : [...(window.kept.labels as string[])].sort().join()),
        (now) => now === value,
        timeoutMs,
      ),
    { what, value, timeoutMs },
  );
}

async function exchangesMessages(): Promise<void> {
  const { manager, lab } = window;
  const number = Number(window.kept.pings ?? 0) + 1;
  window.kept.pings = number;
  const heard = lab.until(
    () => Number(window.kept.heardPing ?? 0),
    (pings) => pings >= number,
  );
  if (number === 1) manager.on("message", ({ type, data }) => type === "ping" && (window.kept.heardPing = data));
  // The other page may begin to listen a moment later.
  const send = (): void => [...manager.peers.values()][0]?.send("ping", number);
  const again = setInterval(send, 50);
  send();
  try {
    await heard;
  } finally {
    setTimeout(() => {
      clearInterval(again);
    }, 500);
  }
}

function describeGeneration(): { stable: boolean; local: string | undefined; remote: string | undefined } {
  const connection = [...window.manager.peers.values()][0]?.connection;
  return { stable: connection?.signalingState === "stable", ...window.lab.generations(connection) };
}

function describeEnd(): object {
  const [peer] = window.manager.peers.values();
  const live = window.rigConnections.filter(({ connectionState }) => connectionState !== "closed");
  return {
    peers: window.manager.peers.size,
    live: live.length,
    current: live[0] === peer?.connection,
    signaling: peer?.connection?.signalingState,
    errors: window.kept.errors,
  };
}

async function tellEnd(): Promise<object> {
  const last = <Item>(items: readonly Item[] | undefined): readonly Item[] => (items ?? []).slice(-40);
  const { lab, manager, kept, heard, rigApplied, rigConnections } = window;
  const open = rigConnections.filter(({ signalingState }) => signalingState !== "closed");
  return {
    state: manager.state,
    kept,
    heard: last(heard),
    applied: last(rigApplied),
    connections: rigConnections.map(({ connectionState, signalingState }) => `${connectionState} ${signalingState}`),
    generations: open.map((connection) => lab.generations(connection)),
    roles: open.flatMap((connection) =>
      connection
        .getTransceivers()
        .map(({ sender }) =>
          [
            sender.transport?.state,
            sender.transport?.iceTransport.state,
            (sender.transport?.iceTransport as { role?: string } | undefined)?.role,
          ].join(" "),
        ),
    ),
    ways: [...((await [...manager.peers.values()][0]?.getStats()) ?? new Map<string, unknown>()).values()]
      .filter((report) => /candidate|rtp/.test((report as { type: string }).type))
      .map((report) => JSON.stringify(report)),
    explained: await Promise.all(Array.from(manager.peers.values(), (peer) => peer.explain())),
    timeline: last(manager.timeline()).map((entry) => JSON.stringify(entry)),
  };
}
