import { clientMessages, serverMessages } from "./messages.js";
import type { JsonSchema } from "./keywords.js";

const at = (...path: string[]): JsonSchema => ({ $ref: `#/${path.join("/")}` });

/** The protocol as an AsyncAPI 3 document, seen from the server, which receives what clients send. It holds all schemas and needs no other file. */
export function asyncApi(schemas: Readonly<Record<string, JsonSchema>>, version: string): JsonSchema {
  const names = Object.keys(schemas);
  return {
    asyncapi: "3.0.0",
    info: {
      title: "sig signaling",
      version,
      description: "WebRTC signaling over Socket.IO 4. A message is one Socket.IO event of this name with one JSON object as its argument; a reply is the event's ack. What the messages mean, and in which order they go, is in docs/protocol.md.",
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    servers: {
      signaling: { host: "signaling.example.org", pathname: "/socket.io/", protocol: "wss", description: "Socket.IO 4 (Socket.IO protocol 5 over Engine.IO 4), by WebSocket or long polling. The host chooses address and path." },
    },
    channels: {
      signaling: {
        address: "/",
        title: "The Socket.IO namespace",
        description: "`/` unless the host chooses another.",
        servers: [at("servers", "signaling")],
        messages: Object.fromEntries(names.map((name) => [name, at("components", "messages", name)])),
      },
    },
    operations: {
      ...Object.fromEntries(Object.entries(clientMessages).map(([event, summary]) => [`receive-${event}`, { ...operation("receive", summary, `client-${event}`), reply: reply(`ack-${event}`) }])),
      ...Object.fromEntries(Object.entries(serverMessages).map(([event, summary]) => [`send-${event}`, operation("send", summary, `server-${event}`)])),
    },
    components: {
      messages: Object.fromEntries(names.map((name) => [name, { name: name.replace(/^(client|server)-/, ""), title: schemas[name]?.title, payload: at("components", "schemas", name) }])),
      schemas: Object.fromEntries(Object.entries(schemas).map(([name, { $schema: _, ...schema }]) => [name, schema])),
    },
  };
}

const operation = (action: "send" | "receive", summary: string, message: string): JsonSchema => ({ action, summary, ...reply(message) });

const reply = (message: string): JsonSchema => ({ channel: at("channels", "signaling"), messages: [at("channels", "signaling", "messages", message)] });
