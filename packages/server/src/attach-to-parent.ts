import { SignalingEmitter } from "./application-events.js";
import { requireSharedRoster } from "./cluster-adapter.js";
import { ChildMetrics } from "./metrics/read-metrics.js";
import { createConnectionCosts } from "./connection-costs.js";
import { readDrainOptions, type DrainOptions } from "./drain.js";
import { type SignalingOptions } from "./options.js";
import { settleOptions } from "./settings.js";
import { restoreListener } from "./restore-listener.js";
import { type Signaling } from "./signaling.js";
import { type Namespace, type Socket } from "./socket-io.js";
import { startService } from "./start-service.js";

/** What is used of a child namespace. */
type Child = Partial<Namespace>;

/**
 * Serves the children of a parent namespace, each with a service of its own: the same room name in two of them is two
 * rooms. Socket.IO gives each child the listeners of its parent when it makes the child.
 * @throws TypeError if an option is invalid; Error if an adapter connects several nodes and no `roster` is given
 */
export function attachToParent(parent: Namespace, options: SignalingOptions, onClose: () => void): Signaling {
  if (options.roster !== undefined && typeof options.roster !== "function")
    throw new TypeError("roster must be a function on a parent namespace, (namespace) => Roster: one for each child.");
  const checkAdapter = requireSharedRoster(parent, options);
  const settings = settleOptions({ ...options, roster: undefined }, parent.name ?? "");
  const { limits, eventPrefix } = settings;
  // One connection may be in every child.
  const costs = createConnectionCosts(settings);
  /** By the name of the child. A child that Socket.IO has removed for being empty may be made again. */
  const services = new Map<string, Signaling>();
  /** By name as well: one that is made again replaces the one that Socket.IO has removed. */
  const children = new Map<string, Child>();
  /** What adds each listener of the parent to a child, with what removes it from the children that have it. */
  const listeners = new Map<(child: Signaling) => () => void, (() => void)[]>();
  const metrics = new ChildMetrics();
  // Children come and go, and their adapters with them: a member may be away meanwhile. So messages between nodes take
  // the adapter of the main namespace, which is there before the first child, and stays.
  const main = parent.server?.of("/") ?? parent;
  let isAdapterMissing = false;
  const onMissingAdapter = (problem: string): void => {
    if (isAdapterMissing) return;
    isAdapterMissing = true;
    // A throw at the connection of a client would end the process of the application.
    process.emitWarning(problem, "SignalingWarning");
  };
  let closed: Promise<void> | undefined;
  /** Once the drain has begun: a child that is made then is drained as well. */
  let draining: { readonly how: DrainOptions | undefined } | undefined;

  const of = (name: string): Signaling => {
    const present = services.get(name);
    if (present !== undefined) return present;
    if (closed !== undefined) throw new Error("of: this service is closed.");
    const detach = (): void => {
      services.delete(name);
      metrics.add(service.metrics());
    };
    const service: Signaling = startService(
      options,
      name,
      { detach, restore: () => restore(children.get(name)), namespace: main, onMissingAdapter },
      costs,
    );
    services.set(name, service);
    if (draining !== undefined) void service.drain(draining.how);
    for (const [add, removers] of listeners) removers.push(add(service));
    return service;
  };
  const onConnection = (socket: Socket): void => {
    const child: (Child & { readonly name: string }) | undefined = socket.nsp;
    if (child === undefined || closed !== undefined) return;
    checkAdapter(child);
    children.set(child.name, child);
    of(child.name).serve(socket);
  };
  /** Called for each child in turn: with all of them every time, it would grow with the square of their number. */
  const restore = (child: Child = {}): void => {
    for (const namespace of [parent, child]) restoreListener(namespace, onConnection, eventPrefix);
  };
  parent.on("connection", onConnection);

  const inChildOnly = (method: string) => (): never => {
    throw new Error(`${method}: this service is on a parent namespace. Call of(NAMESPACE).${method}, for one child.`);
  };
  return {
    limits,
    eventPrefix,
    on: (event, listener) => {
      // Throws what a child would, though there may be none yet.
      new SignalingEmitter().on(event, listener);
      const add = (child: Signaling): (() => void) => child.on(event, listener);
      listeners.set(add, Array.from(services.values(), add));
      return () => {
        for (const remove of listeners.get(add) ?? []) remove();
        listeners.delete(add);
      };
    },
    metrics: () => {
      const present = Array.from(services.values(), (service) => service.metrics());
      return metrics.read(present, { closing: closed !== undefined, draining: draining !== undefined });
    },
    rooms: inChildOnly("rooms"),
    peers: inChildOnly("peers"),
    kick: inChildOnly("kick"),
    setAttributes: inChildOnly("setAttributes"),
    find: inChildOnly("find"),
    send: inChildOnly("send"),
    serve: inChildOnly("serve"),
    reportRejected: inChildOnly("reportRejected"),
    of,
    get draining() {
      return draining !== undefined;
    },
    drain: async (how) => {
      if (draining === undefined) {
        readDrainOptions(how);
        draining = { how };
      }
      const results = await Promise.all(Array.from(services.values(), (service) => service.drain(draining?.how)));
      return { remaining: results.reduce((sum, { remaining }) => sum + remaining, 0) };
    },
    close: () => {
      if (closed !== undefined) return closed;
      closed = Promise.all(Array.from(services.values(), (service) => service.close())).then(() => undefined);
      parent.off("connection", onConnection);
      for (const child of children.values()) child.off?.("connection", onConnection);
      children.clear();
      onClose();
      return closed;
    },
  };
}
