import type { RecoveryPolicy } from "@sig/client";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { newContext } from "../support/browser.js";
import type { LabServer } from "./lab-server.js";

/** A bare page with the packages in it (`window.lab`), in a context of its own. */
export interface LabPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors that the page threw or logged. */
  readonly errors: string[];
}

export async function openLab(
  browser: Browser,
  server: Pick<LabServer, "url">,
  path = "/",
  prepare?: (page: Page) => Promise<void>,
): Promise<LabPage> {
  const { context, errors } = await newContext(browser);
  const page = await context.newPage();
  await prepare?.(page);
  await page.goto(server.url + path);
  return { page, context, errors };
}

export interface JoinOptions {
  /** Publishes one, with the label `camera`. */
  camera?: boolean;
  /** Of the camera; default 10. */
  frameRate?: number;
  /** Options of Socket.IO's client. */
  socket?: {
    readonly transports?: ("polling" | "websocket")[];
    readonly reconnection?: boolean;
    readonly reconnectionDelay?: number;
    readonly reconnectionDelayMax?: number;
  };
  /** Options of the manager. */
  manager?: { readonly recovery?: Partial<RecoveryPolicy>; readonly [option: string]: unknown };
}

/**
 * Creates `window.manager`, publishes a camera if asked for, and joins. Records events in `window.events`, the labels
 * of current tracks in `window.kept.labels`, every received track in `window.kept.tracks`, and the causes of replaced
 * connections in `window.kept.rebuilt`.
 */
export async function joinLab({ page }: LabPage, room: string, options: JoinOptions = {}): Promise<string> {
  return page.evaluate(
    async ({ room, camera = false, frameRate, socket, manager: { recovery, ...options } = {} }) => {
      const { PeerManager, io, media } = window.lab;
      const manager = new PeerManager(
        io({ transports: ["websocket"], reconnectionDelay: 100, reconnectionDelayMax: 500, ...socket }),
        {
          ...options,
          recovery: { rejoinDelayMs: 50, ...recovery },
        },
      );
      window.manager = manager;
      window.events = [];
      for (const event of ["peerJoined", "peerLeft", "peerState", "trackEnded", "error", "state"] as const) {
        manager.on(event, (...args: unknown[]) =>
          window.events.push(
            [event, ...args.map((arg) => (typeof arg === "string" ? arg : ((arg as { code?: string }).code ?? "")))]
              .join(" ")
              .trim(),
          ),
        );
      }
      const errors: string[] = [];
      window.kept.errors = errors;
      manager.on("error", ({ message, cause }) => errors.push(`${message} ${String(cause)}`));
      const rebuilt: unknown[] = [];
      window.kept.rebuilt = rebuilt;
      manager.on("recovery", ({ step, cause }) => {
        window.events.push(`recovery ${step}`);
        if (step === "rebuilding") rebuilt.push(cause);
      });
      const labels: string[] = [];
      window.kept.labels = labels;
      const tracks: object[] = [];
      window.kept.tracks = tracks;
      manager.on("track", ({ label, track, streams }) => {
        labels.push(label ?? "-");
        tracks.push({ label, kind: track.kind, stream: streams[0]?.id });
        window.events.push(`track ${label ?? "-"} ${track.kind}`);
      });
      manager.on("trackEnded", ({ label }) => labels.splice(labels.indexOf(label ?? "-"), 1));
      if (camera) manager.publish(await media(frameRate === undefined ? {} : { frameRate }), { label: "camera" });
      await manager.join(room);
      return manager.id ?? "";
    },
    { room, ...options },
  );
}

/** Leaves and joins again, under another id; resolves with that id when the one other page has no peer but this. */
export async function rejoinLab({ page }: LabPage, room: string, other: LabPage): Promise<string> {
  const id = await page.evaluate(async (room) => {
    await window.manager.leave();
    await window.manager.join(room);
    return window.manager.id ?? "";
  }, room);
  await other.page.evaluate(
    (id) =>
      window.lab.until(
        () => [...window.manager.peers.keys()].join(),
        (ids) => ids === id,
      ),
    id,
  );
  return id;
}

/** Waits for a state of the manager. */
export async function waitForState({ page }: LabPage, state: string, timeoutMs = 20_000): Promise<void> {
  await page.evaluate(
    ({ state, timeoutMs }) =>
      window.lab.until(
        () => window.manager.state as string,
        (now) => now === state,
        timeoutMs,
      ),
    { state, timeoutMs },
  );
}

/** Waits until the tracks that are received have these labels: sorted, with commas. */
export async function waitForLabels({ page }: LabPage, labels: string, timeoutMs = 20_000): Promise<void> {
  await page.evaluate(
    ({ labels, timeoutMs }) => window.lab.until(window.lab.labels, (now) => now === labels, timeoutMs),
    { labels, timeoutMs },
  );
}

/** Waits for a state of the one other peer. */
export async function waitForPeerState({ page }: LabPage, state: string, timeoutMs = 20_000): Promise<void> {
  await page.evaluate(
    ({ state, timeoutMs }) =>
      window.lab.until(
        () => window.lab.peer()?.state,
        (now) => now === state,
        timeoutMs,
      ),
    { state, timeoutMs },
  );
}

/** Waits until this many others are there, and every one of them is connected. */
export async function connected({ page }: LabPage, others: number): Promise<void> {
  await page.evaluate(async (others) => {
    await window.lab.until(
      () => [...window.manager.peers.values()].map((peer) => peer.state),
      (states) => states.length === others && states.every((state) => state === "connected"),
    );
  }, others);
}

/** Waits until this many more video frames were decoded: from every other peer, or from one. */
export async function receivesFrames(
  { page }: LabPage,
  more = 5,
  { from, timeoutMs }: { from?: string; timeoutMs?: number } = {},
): Promise<void> {
  await page.evaluate(({ more, options }) => window.lab.receivesFrames(window.manager, more, options), {
    more,
    options: { from, timeoutMs },
  });
}

/** The events of the manager so far that match. */
export function eventsMatching({ page }: LabPage, pattern: RegExp): Promise<string[]> {
  return page.evaluate((pattern) => window.lab.eventsMatching(new RegExp(pattern)), pattern.source);
}
