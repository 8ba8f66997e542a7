import { expect } from "vitest";
import { until } from "../../support/until.js";
import { TcpProxy } from "../../support/tcp-proxy.js";
import { connected, joinLab, receivesFrames, waitForLabels, waitForState, type JoinOptions } from "../lab/lab-page.js";
import { type LabServer } from "../lab/lab-server.js";
import { type Pairing } from "../support/pairings.js";
import { describeEnd, reportEnd } from "./end-report.js";
import { FrameProxy } from "./frame-proxy.js";
import { type PagePool, type RoutedPage } from "./page-pool.js";
import { UdpPath, type End } from "./udp-path.js";

/** Console errors that network faults cause; no page can prevent them. */
const networkErrors = /net::ERR_|WebSocket connection|can’t establish a connection|connection to ws:|NetworkError/;

export interface CallOptions extends JoinOptions {
  /** In front of the server, one for each page. Default `tcp`. */
  proxies?: "tcp" | "frames";
  /**
   * A server for this call alone, which the test may kill; it is closed with the call. Default: one that all calls
   * share.
   */
  server?: LabServer;
  /** The test freezes, crashes or adds pages: they cannot be reused. */
  spoilsPages?: boolean;
  /** Only opens the pages; the test joins. */
  opened?: boolean;
  /** Decides which datagrams the path loses. */
  seed?: number;
}

let rooms = 0;

/**
 * Two pages in one room, each with a proxy in front of the server, and with a path for media that the test controls.
 */
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

  async open(pages: PagePool, pairing: Pairing): Promise<void> {
    const urls = [...this.tcp, ...this.frames].map(({ url }) => url);
    const open = (end: End): Promise<RoutedPage> => pages.take(pairing[end], urls[end] ?? "", { path: this.path, end });
    this.pages = await Promise.all([open(0), open(1)]);
  }

  /** The second joins when the first is in the room. */
  async join(): Promise<void> {
    await this.joinOne(0);
    await this.joinOne(1);
  }

  async joinOne(end: End, options: JoinOptions = {}): Promise<void> {
    // Socket.IO's own order: browsers throttle a page whose WebSockets fail again and again (Firefox for up to a
    // minute).
    const transports: ("polling" | "websocket")[] = this.frames.length > 0 ? ["websocket"] : ["polling", "websocket"];
    const { socket, ...rest } = { ...this.options, ...options };
    this.ids[end] = await joinLab(this.pages[end], this.room, {
      camera: true,
      ...rest,
      socket: { transports, ...socket },
    });
  }

  /** Waits until both are connected and, unless they have no cameras, receive video from each other. */
  async receivesMedia(frames = 5): Promise<void> {
    await this.both((page) => connected(page, 1));
    if (this.options.camera !== false) await this.both((page) => receivesFrames(page, frames));
  }

  /**
   * Waits until no negotiation is under way and both ends have one ICE generation: on a busy machine, one may have
   * restarted ICE while they connected.
   */
  inOneGeneration(): Promise<void> {
    return until("one ICE generation on both sides", async () => {
      const [first, second] = await this.both(({ page }) => page.evaluate(describeGeneration));
      return first.stable && second.stable && first.local === second.remote && first.remote === second.local;
    });
  }

  both<Result>(run: (page: RoutedPage, end: End) => Promise<Result>): Promise<[Result, Result]> {
    return Promise.all([run(this.pages[0], 0), run(this.pages[1], 1)]);
  }

  /** Waits for a state of both managers. */
  async waitForState(state: string, timeoutMs?: number): Promise<void> {
    await this.both((page) => waitForState(page, state, timeoutMs));
  }

  /** Waits until both receive tracks with these labels. */
  async waitForLabels(labels: string, timeoutMs?: number): Promise<void> {
    await this.both((page) => waitForLabels(page, labels, timeoutMs));
  }

  /**
   * Expects the state after every fault: both are in the room and receive each other's tracks; each has one live
   * connection, in the state stable; messages pass; there was no error.
   */
  async expectSettled(...labels: [both?: string] | [first: string, second: string]): Promise<void> {
    const [first = "camera", second = first] = labels;
    await this.waitForState("joined");
    await this.both((page, end) => waitForLabels(page, end === 0 ? first : second));
    await this.receivesMedia();
    await this.both(({ page }) => page.evaluate(exchangeMessages));
    const ends = await this.both(({ page }) => page.evaluate(describeEnd));
    for (const end of ends) expect(end).toEqual({ peers: 1, live: 1, current: true, signaling: "stable", errors: [] });
    expect(this.pageErrors()).toEqual([]);
  }

  pageErrors(): string[] {
    return this.pages.flatMap(({ errors }) => errors).filter((error) => !networkErrors.test(error));
  }

  /** The state of both pages, to find the cause of a failure. */
  async report(): Promise<string> {
    const ends = await this.both(({ page }) => page.evaluate(reportEnd).catch((error: unknown) => String(error)));
    return JSON.stringify({ room: this.room, ends }, undefined, 1);
  }

  /** @param release What to do with each page. */
  async close(release: (page: RoutedPage) => Promise<void> = ({ context }) => context.close()): Promise<void> {
    await Promise.all(this.pages.map(release));
    for (const proxy of [...this.tcp, ...this.frames]) await proxy.close();
    this.path.close();
    if (this.options.server !== undefined) await this.server.close();
  }
}

async function exchangeMessages(): Promise<void> {
  const { manager, lab } = window;
  const number = Number(window.kept.pings ?? 0) + 1;
  window.kept.pings = number;
  const received = lab.until(
    () => Number(window.kept.receivedPing ?? 0),
    (pings) => pings >= number,
  );
  if (number === 1) manager.on("message", ({ type, data }) => type === "ping" && (window.kept.receivedPing = data));
  // The other page may start to listen a moment later: the ping is repeated.
  const send = (): void => lab.peer()?.send("ping", number);
  const repeating = setInterval(send, 50);
  send();
  try {
    await received;
  } finally {
    setTimeout(() => {
      clearInterval(repeating);
    }, 500);
  }
}

function describeGeneration(): { stable: boolean; local: string | undefined; remote: string | undefined } {
  const connection = window.lab.connection();
  return { stable: connection?.signalingState === "stable", ...window.lab.generations(connection) };
}
