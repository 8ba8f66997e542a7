import type { ManagerEvents } from "../events.js";
import type { Peer } from "../peer/peer.js";
import type { PeerManager } from "../peer-manager.js";
import type { MessageSchemas } from "../peer/message-schemas.js";

/** One event of a manager, as plain data. */
export interface RecordedEvent {
  /** The name of the event. */
  readonly event: string;
  /** The id of the peer that the event is about. */
  readonly peer?: string;
  /** Further details: a state, a reason, a label, the kind of a track. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** The event as one line, for example `track audio camera from Y572fH`. */
  readonly text: string;
}

/** The events of a manager, in order. */
export interface EventRecord {
  /** All events so far. */
  readonly events: readonly RecordedEvent[];
  /** The `text` of all events so far, to compare in a test. */
  readonly lines: readonly string[];
  /**
   * Resolves with the first matching event, past or future. Pass the name of an event or a predicate. With a
   * `FakeClock`: `await clock.settle(record.until("track"))`.
   */
  until(match: string | ((event: RecordedEvent) => boolean)): Promise<RecordedEvent>;
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
  "trackMuted",
  "message",
  "serverMessage",
  "channel",
  "error",
] as const satisfies readonly (keyof ManagerEvents<MessageSchemas, unknown>)[];

/** Records all events of a manager from now on. */
export function recordEvents<Messages extends MessageSchemas, Metadata>(
  manager: PeerManager<Messages, Metadata>,
): EventRecord {
  const events: RecordedEvent[] = [];
  const waiting = new Set<(event: RecordedEvent) => void>();
  const stops = names.map((name) =>
    manager.on(name, (...args) => {
      const event = describe(name, args);
      events.push(event);
      for (const notify of [...waiting]) notify(event);
    }),
  );
  return {
    events,
    get lines() {
      return events.map(({ text }) => text);
    },
    until: (match) => {
      const matches = typeof match === "string" ? ({ event }: RecordedEvent) => event === match : match;
      const before = events.find(matches);
      if (before !== undefined) return Promise.resolve(before);
      return new Promise((resolve) => {
        const notify = (event: RecordedEvent): void => {
          if (!matches(event)) return;
          waiting.delete(notify);
          resolve(event);
        };
        waiting.add(notify);
      });
    },
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}

type AnyPeer = Pick<Peer, "id">;

/** All fields that any event has. */
interface EventFields {
  readonly peer?: AnyPeer;
  readonly track?: MediaStreamTrack;
  readonly channel?: RTCDataChannel;
  readonly code?: string;
  readonly [field: string]: unknown;
}

function describe(event: string, args: readonly unknown[]): RecordedEvent {
  const [first, second] = args;
  const isAboutPeer = event.startsWith("peer");
  const fields = (typeof first === "object" && first !== null && !isAboutPeer ? first : {}) as EventFields;
  const peer = isAboutPeer ? (first as AnyPeer).id : fields.peer?.id;
  const detail = detailOf(event, fields, isAboutPeer ? second : first);
  const details = Object.values(detail ?? {}).map(wordOf);
  const text = [event, ...details, ...(peer === undefined ? [] : [isAboutPeer ? "of" : "from", peer.slice(0, 6)])]
    .filter((word) => word !== "")
    .join(" ");
  return { event, ...(peer !== undefined && { peer }), ...(detail !== undefined && { detail }), text };
}

function detailOf(event: string, fields: EventFields, value: unknown): Readonly<Record<string, unknown>> | undefined {
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
      return { step: fields.step };
    case "track":
    case "trackEnded":
      return { kind: fields.track?.kind, label: fields.label };
    case "trackMuted":
      return { kind: fields.kind, label: fields.label, muted: fields.muted };
    case "channel":
      return { label: fields.channel?.label };
    case "error":
      return { code: fields.code };
    default: {
      const { peer: _, ...rest } = fields;
      return rest;
    }
  }
}

function wordOf(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" && /^[\w-]+$/.test(value) ? value : JSON.stringify(value);
}
