import type { ManagerEvents } from "../events.js";
import type { Peer } from "../peer/peer.js";
import type { PeerManager } from "../peer-manager.js";
import type { MessageSchemas } from "../options.js";

/** One event of a manager, as plain data. */
export interface RecordedEvent {
  readonly event: string;
  /** The id of the peer that it is about. */
  readonly peer?: string;
  /** What else there is to say in a few words: a state, a reason, a label, the kind of a track. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** All of it as a line, as `track audio "camera" from Y572fH`. */
  readonly text: string;
}

/** What happened to a manager, in its order. */
export interface EventRecord {
  readonly events: readonly RecordedEvent[];
  /** The lines alone: what a test compares. */
  readonly lines: readonly string[];
  /**
   * Resolves with the first event that fits, whether it was before or is to come: an event's name, or what judges it.
   * With a `FakeClock`: `await clock.settle(record.until("track"))`.
   */
  until(wanted: string | ((event: RecordedEvent) => boolean)): Promise<RecordedEvent>;
  /** Stops recording. */
  stop(): void;
}

const names = [
  "state",
  "peerJoined",
  "peerLeft",
  "peerState",
  "peerPresence",
  "peerMetadata",
  "recovery",
  "track",
  "trackEnded",
  "message",
  "serverMessage",
  "channel",
  "error",
] as const satisfies readonly (keyof ManagerEvents<MessageSchemas, unknown>)[];

/** Records what a manager tells from now on. */
export function recordEvents<Messages extends MessageSchemas, Metadata>(
  manager: PeerManager<Messages, Metadata>,
): EventRecord {
  const events: RecordedEvent[] = [];
  const waiting = new Set<(event: RecordedEvent) => void>();
  const stops = names.map((name) =>
    manager.on(name, (...args) => {
      const event = describe(name, args);
      events.push(event);
      for (const tell of [...waiting]) tell(event);
    }),
  );
  return {
    events,
    get lines() {
      return events.map(({ text }) => text);
    },
    until: (wanted) => {
      const fits = typeof wanted === "string" ? ({ event }: RecordedEvent) => event === wanted : wanted;
      const before = events.find(fits);
      if (before !== undefined) return Promise.resolve(before);
      return new Promise((resolve) => {
        const tell = (event: RecordedEvent): void => {
          if (!fits(event)) return;
          waiting.delete(tell);
          resolve(event);
        };
        waiting.add(tell);
      });
    },
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}

type AnyPeer = Pick<Peer, "id">;

/** What the events carry, all told: each has a few of these. */
interface Carried {
  readonly peer?: AnyPeer;
  readonly track?: MediaStreamTrack;
  readonly channel?: RTCDataChannel;
  readonly code?: string;
  readonly [field: string]: unknown;
}

function describe(event: string, args: readonly unknown[]): RecordedEvent {
  const [first, second] = args;
  const isAboutPeer = event.startsWith("peer");
  const carried = (typeof first === "object" && first !== null && !isAboutPeer ? first : {}) as Carried;
  const peer = isAboutPeer ? (first as AnyPeer).id : carried.peer?.id;
  const detail = detailOf(event, carried, isAboutPeer ? second : first);
  const said = Object.values(detail ?? {}).map(wordOf);
  const text = [event, ...said, ...(peer === undefined ? [] : [isAboutPeer ? "of" : "from", peer.slice(0, 6)])]
    .filter((word) => word !== "")
    .join(" ");
  return { event, ...(peer !== undefined && { peer }), ...(detail !== undefined && { detail }), text };
}

function detailOf(event: string, carried: Carried, value: unknown): Readonly<Record<string, unknown>> | undefined {
  switch (event) {
    case "state":
    case "peerState":
      return { state: value };
    case "peerPresence":
      return { presence: value };
    case "peerLeft":
      return { reason: value };
    case "peerMetadata":
      return { metadata: value };
    case "peerJoined":
      return undefined;
    case "recovery":
      return { step: carried.step };
    case "track":
    case "trackEnded":
      return { kind: carried.track?.kind, label: carried.label };
    case "channel":
      return { label: carried.channel?.label };
    case "error":
      return { code: carried.code };
    default: {
      const { peer: _, ...rest } = carried;
      return rest;
    }
  }
}

function wordOf(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" && /^[\w-]+$/.test(value) ? value : JSON.stringify(value);
}
