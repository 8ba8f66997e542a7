import type { Namespace, Server, Socket } from "socket.io";

/** What reached the application, and what its middleware saw. */
export interface Application {
  /** Its own events, with the first argument, in the order of their arrival. */
  readonly received: readonly (readonly [event: string, payload: unknown])[];
  /** The user of each connection, by its middleware for connections. */
  readonly users: readonly string[];
  /** The name of each event, by its middleware for events. */
  readonly packets: readonly string[];
}

type Ack = ((reply: unknown) => void) | undefined;

/** What the application answers to its own events. */
export const answers = {
  message: "Hello world!",
  metadata: { saved: true },
  leaving: "Goodbye.",
  exitLobby: "Left.",
} as const;

export const greeting = "Hello World!";

/**
 * An application without calls: events with acks, of which some have names of the protocol, a room `standup` that
 * clients ask to be in, middleware, and a namespace `/admin`.
 */
export function serveApplication(io: Server, namespace: Namespace = io.of("/")): Application {
  const application = { received: [] as [string, unknown][], users: [] as string[], packets: [] as string[] };
  namespace.use((socket, next) => {
    application.users.push(String(socket.handshake.auth.user));
    next();
  });
  namespace.on("connection", (socket: Socket) => {
    socket.use(([event], next) => {
      application.packets.push(event);
      next();
    });
    for (const [event, answer] of Object.entries(answers))
      socket.on(event, (payload: unknown, ack: Ack) => {
        application.received.push([event, payload]);
        ack?.(answer);
      });
    socket.on("enter", (ack: Ack) => {
      void socket.join("standup");
      ack?.(true);
    });
    socket.on("say", (...args: unknown[]) => {
      socket.nsp.to("standup").emit("message", ...args);
    });
  });
  io.of("/admin").on("connection", (socket) => {
    socket.on("message", (text: unknown, ack: Ack) => ack?.(`admin: ${String(text)}`));
  });
  return application;
}
