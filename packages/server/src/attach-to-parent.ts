import { type SignalingEvents } from "./application-events.js";
import { type SignalingOptions } from "./options.js";
import { settleOptions } from "./settings.js";
import { type Signaling } from "./signaling.js";
import { type Namespace, type Socket } from "./socket-io.js";
import { startService } from "./start-service.js";

/** What is used of a child namespace. */
type Child = { readonly name: string } & Partial<Pick<Namespace, "off">>;
type Listener = (detail: SignalingEvents[keyof SignalingEvents]) => unknown;

/**
 * Serves the children of a parent namespace, each with a service of its own: the same room name in two of them is two
 * rooms. Socket.IO gives each child the listeners of its parent when it makes the child.
 * @throws TypeError if an option is invalid
 */
export function attachToParent(parent: Namespace, options: SignalingOptions, onClose: () => void): Signaling {
  if (options.roster !== undefined && typeof options.roster !== "function")
    throw new TypeError("roster must be a function on a parent namespace, (namespace) => Roster: one for each child.");
  const { limits } = settleOptions({ ...options, roster: undefined }, parent.name ?? "");
  /** By the name of the child. A child that Socket.IO has removed for being empty may be made again. */
  const services = new Map<string, Signaling>();
  const children = new Set<Child>();
  const listeners = new Set<[event: keyof SignalingEvents, listener: Listener]>();
  const removers = new Map<[event: keyof SignalingEvents, listener: Listener], (() => void)[]>();
  let closed: Promise<void> | undefined;

  const of = (name: string): Signaling => {
    const present = services.get(name);
    if (present !== undefined) return present;
    const service = startService(options, name, () => services.delete(name));
    services.set(name, service);
    for (const entry of listeners) removers.get(entry)?.push(service.on(...entry));
    return service;
  };
  const onConnection = (socket: Socket): void => {
    const child: Child | undefined = socket.nsp;
    if (child === undefined || closed !== undefined) return;
    children.add(child);
    of(child.name).serve(socket);
  };
  parent.on("connection", onConnection);

  const inChildOnly = (method: string) => (): never => {
    throw new Error(`${method}: this service is on a parent namespace. Call of(NAMESPACE).${method}, for one child.`);
  };
  return {
    limits,
    on: (event, listener) => {
      const entry: [keyof SignalingEvents, Listener] = [event, listener as Listener];
      const remove = Array.from(services.values(), (service) => service.on(...entry));
      listeners.add(entry);
      removers.set(entry, remove);
      return () => {
        listeners.delete(entry);
        for (const each of removers.get(entry) ?? []) each();
        removers.delete(entry);
      };
    },
    rooms: inChildOnly("rooms"),
    peers: inChildOnly("peers"),
    kick: inChildOnly("kick"),
    send: inChildOnly("send"),
    serve: inChildOnly("serve"),
    of,
    close: () => {
      closed ??= Promise.all(Array.from(services.values(), (service) => service.close())).then(() => undefined);
      parent.off("connection", onConnection);
      for (const child of children) child.off?.("connection", onConnection);
      children.clear();
      onClose();
      return closed;
    },
  };
}
