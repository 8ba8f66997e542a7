import { createClientEventReader, createServerEvents } from "@sig/protocol";
import { endAll, sendFromServer } from "./application-actions.js";
import { SignalingEmitter } from "./application-events.js";
import { setAttributes } from "./attributes.js";
import { missingAdapter } from "./cluster-adapter.js";
import { connectionId } from "./connection-id.js";
import { createConnectionCosts, type ConnectionCosts } from "./connection-costs.js";
import { report, type Core } from "./core.js";
import { describeListed } from "./describe.js";
import { drain } from "./drain.js";
import { findPeers } from "./find-peers.js";
import { kick } from "./kick.js";
import { guardLogger } from "./logger.js";
import { type Connection } from "./membership.js";
import { countRejected, createCounters } from "./metrics/counters.js";
import { readMetrics } from "./metrics/read-metrics.js";
import { longestDelayMs, optionalFunction, wholeNumber } from "./option-checks.js";
import { AdapterChannel, type ServerSideEvents } from "./nodes/adapter-channel.js";
import { askNode } from "./nodes/ask-node.js";
import { isNodeChannel } from "./nodes/node-channel.js";
import { NodeQuestions } from "./nodes/node-questions.js";
import { takePart } from "./nodes/take-part.js";
import { type SignalingOptions } from "./options.js";
import { Bans } from "./roster/bans.js";
import { noteAnswer } from "./roster/ask-roster.js";
import { sharedRoster } from "./roster/shared-roster.js";
import { LocalRouter } from "./routing/local-router.js";
import { NodeRouter } from "./routing/node-router.js";
import { createService, serveSocket } from "./serve-socket.js";
import { settleOptions } from "./settings.js";
import { type Signaling } from "./signaling.js";
import { type Namespace } from "./socket-io.js";
import { sweepConnections } from "./sweep.js";

/** What starts a service, and hands it its sockets. */
interface Host {
  /** Called when the service closes, once every member has been notified. */
  detach(): void;
  /** Called now and then, for what the application may have removed with its own. */
  restore(): void;
  /** Its adapter carries messages to other nodes if the roster does not. */
  readonly namespace: Partial<Namespace>;
  /** Called if that adapter connects no servers. What it throws is thrown by `startService`. */
  onMissingAdapter(problem: string): void;
}

/**
 * Starts a service that serves the sockets it is given.
 * @param namespace the name of the namespace that it is for
 * @param shared what the services on one connection count together; absent for a service of its own
 * @throws TypeError if an option is invalid
 */
export function startService(
  options: SignalingOptions,
  namespace: string,
  host: Host,
  shared?: ConnectionCosts,
): Signaling {
  const settings = settleOptions(options, namespace);
  const { roster } = settings;
  const rosterOfNodes = sharedRoster(roster);
  const rosterChannel = rosterOfNodes !== undefined && isNodeChannel(rosterOfNodes) ? rosterOfNodes : undefined;
  const adapterChannel =
    rosterOfNodes === undefined || rosterChannel !== undefined
      ? undefined
      : adapterChannelOf(host, namespace, rosterOfNodes.node);
  const { rateLimiters, outbound } = shared ?? createConnectionCosts(settings);
  const connections = new Map<string, Connection>();
  const counters = createCounters();
  const events = new SignalingEmitter(() => (counters.faults.listener += 1));
  const log = guardLogger(options.logger);
  const local = new LocalRouter(
    connections,
    settings.clock,
    (cause) => report({ log, events, counters }, "socket", cause),
    outbound,
    settings.eventPrefix,
  );
  const core: Core = {
    settings,
    readClientEvent: createClientEventReader(settings.limits),
    serverEvents: createServerEvents(settings.limits),
    events,
    log,
    counters,
    router:
      rosterOfNodes === undefined
        ? local
        : new NodeRouter(local, rosterOfNodes.node, (node, message) => askNode(core, node, message)),
    shared: rosterOfNodes,
    nodeChannel: rosterChannel ?? adapterChannel,
    questions: new NodeQuestions(settings.clock),
    node: rosterOfNodes?.node,
    rooms: new Map(),
    rateLimiters,
    outbound,
    connections,
    userBans: new Bans(settings.clock),
    rosterAnswers: true,
    closing: false,
    draining: undefined,
  };
  const service = createService(core);
  let resolveClosed = (): void => undefined;
  const closed = new Promise<void>((resolve) => (resolveClosed = resolve));
  const stopSweeping = sweepConnections(core, () => {
    host.restore();
    adapterChannel?.restore();
  });
  const leaveNodes = rosterOfNodes === undefined ? undefined : takePart(core, rosterOfNodes, adapterChannel);

  return {
    limits: settings.limits,
    eventPrefix: settings.eventPrefix,
    on: (event, listener) => events.on(event, listener),
    metrics: () => readMetrics(core),
    rooms: async () => {
      const rooms = await noteAnswer(core, async () => roster.rooms());
      return Array.from(rooms, ({ name, peers }) => ({ name, peers }));
    },
    peers: async (room) => {
      const entries = await noteAnswer(core, async () => roster.list(room));
      return entries.map((entry) => describeListed(core, room, entry));
    },
    find: (query) => findPeers(core, query),
    kick: ((room, who, how) => kick(core, room, who, how)) as Signaling["kick"],
    setAttributes: (room, peerId, attributes) =>
      new Promise((resolve) => resolve(setAttributes(core, room, peerId, attributes))),
    send: (room, type, data, to) => sendFromServer(core, room, type, data, to),
    serve: (socket, { graceMs = settings.graceMs, authorize } = {}) => {
      wholeNumber("graceMs", graceMs, 0, longestDelayMs);
      optionalFunction("authorize", authorize);
      if (core.closing || connections.has(connectionId(socket))) return false;
      serveSocket(service, socket, { graceMs, authorize });
      return true;
    },
    reportRejected: (rejected) => {
      countRejected(counters, rejected.code);
      events.emit("rejected", rejected);
    },
    of: () => {
      throw new Error(`of: ${namespace} is not a parent namespace; it has one service, this one.`);
    },
    get draining() {
      return core.draining !== undefined;
    },
    drain: (how) => new Promise((resolve) => resolve(drain(core, how))),
    close: () => {
      if (core.closing) return closed;
      core.closing = true;
      core.draining?.end();
      endAll(core);
      host.detach();
      service.batches.end();
      stopSweeping();
      const deregistered = leaveNodes?.() ?? Promise.resolve();
      const reported = deregistered.catch((cause: unknown) => report(core, "roster", cause));
      void reported.then(() => {
        // Another node may have kicked a member that is on its way out of the store.
        events.clear();
        resolveClosed();
      });
      return closed;
    },
  };
}

/** The channel of a roster that sends no messages itself. */
function adapterChannelOf(host: Host, service: string, node: string): AdapterChannel {
  const problem = missingAdapter(host.namespace);
  if (problem !== undefined) host.onMissingAdapter(problem);
  // The types of an application name its own events between servers, and no others.
  return new AdapterChannel(host.namespace as unknown as ServerSideEvents, service, node);
}
