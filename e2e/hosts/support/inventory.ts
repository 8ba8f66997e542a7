import type { Host } from "./host.js";

interface Emitter {
  eventNames(): (string | symbol)[];
  listenerCount(name: string): number;
}

const count = (emitter: Emitter) =>
  Object.fromEntries(emitter.eventNames().map((name) => [String(name), emitter.listenerCount(String(name))]));

/** The transport of each socket, as the server knows it. */
export function transports({ namespaces }: Host): string[] {
  return namespaces.flatMap(({ sockets }) => Array.from(sockets.values(), ({ conn }) => conn.transport.name));
}

/** Every listener of a host, and the names of its rooms other than the room that each socket is alone in. */
export function inventory({ http, io, namespaces }: Host) {
  return {
    http: count(http),
    engine: count(io.engine),
    namespaces: namespaces.map((namespace) => ({
      listeners: count(namespace),
      adapter: count(namespace.adapter),
      sockets: Array.from(namespace.sockets.values(), (socket) => ({
        listeners: count(socket),
        connection: count(socket.conn),
        any: [socket.listenersAny().length, socket.listenersAnyOutgoing().length],
        data: Object.keys(socket.data as object),
      })),
      rooms: [...namespace.adapter.rooms.keys()].filter((room) => !namespace.sockets.has(room)).sort(),
    })),
  };
}
