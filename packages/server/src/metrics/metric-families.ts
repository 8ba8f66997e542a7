import { type Metrics } from "./metrics.js";

/** What Prometheus stores together: one number, or one for each value of a label. */
export interface MetricFamily {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  /** Its values are the second parts of the names in `Metrics`: words of the protocol, and never text of a client. */
  readonly label?: string;
}

/** `exits` of `exits.left`. */
type FirstPart<Name> = Name extends `${infer First}.${string}` ? First : Name;

/** By the first part of the names in `Metrics`. */
export const metricFamilies: Readonly<Record<FirstPart<keyof Metrics>, MetricFamily>> = {
  connections: { name: "sig_connections", type: "gauge", help: "Sockets that are served." },
  members: { name: "sig_members", type: "gauge", label: "state", help: "Memberships that this node holds." },
  rooms: { name: "sig_rooms", type: "gauge", help: "Rooms that have members of this node." },
  pendingJoins: {
    name: "sig_pending_joins",
    type: "gauge",
    help: "Joins that wait for the application or for the roster.",
  },
  closing: { name: "sig_closing", type: "gauge", help: "1 after close() was called." },
  draining: { name: "sig_draining", type: "gauge", help: "1 after drain() was called." },
  rosterReachable: { name: "sig_roster_reachable", type: "gauge", help: "1 if the roster answers." },
  joins: { name: "sig_joins_total", type: "counter", help: "New memberships." },
  returns: {
    name: "sig_returns_total",
    type: "counter",
    help: "Memberships that went on over a new connection.",
  },
  exits: { name: "sig_exits_total", type: "counter", label: "reason", help: "Memberships that have ended." },
  relayed: {
    name: "sig_relayed_total",
    type: "counter",
    label: "event",
    help: "Events that were sent on to other members.",
  },
  rejected: {
    name: "sig_rejected_total",
    type: "counter",
    label: "code",
    help: "Events of clients that were rejected.",
  },
  cutOffs: {
    name: "sig_cut_offs_total",
    type: "counter",
    label: "reason",
    help: "Sockets that the server has disconnected.",
  },
  faults: {
    name: "sig_faults_total",
    type: "counter",
    label: "source",
    help: "Failures of the application's functions, of the roster and of the library.",
  },
};

/** The values of one family, by the value of its label; under the empty text if it has no label. */
export function valuesOf(metrics: Metrics, first: string): [label: string, value: number][] {
  const values: [string, number][] = [];
  for (const [name, value] of Object.entries(metrics) as [string, number][])
    if (name === first) values.push(["", value]);
    else if (name.startsWith(`${first}.`)) values.push([name.slice(first.length + 1), value]);
  return values;
}
