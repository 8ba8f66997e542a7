import { clientMessages, fromDeviceMessages, serverMessages, toDeviceMessages } from "./messages.js";
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
      description:
        "WebRTC signaling over Socket.IO 4. A message is one Socket.IO event of this name with one JSON object as its argument; a reply is the event's ack. What the messages mean, and in which order they go, is in docs/protocol.md.",
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    servers: {
      signaling: {
        host: "signaling.example.org",
        pathname: "/socket.io/",
        protocol: "wss",
        description:
          "Socket.IO 4 (Socket.IO protocol 5 over Engine.IO 4), by WebSocket or long polling. The host chooses address and path.",
      },
      devices: {
        host: "signaling.example.org",
        protocol: "ws",
        description: "A plain WebSocket; each frame is one JSON text. With TLS where the host has it.",
      },
    },
    channels: {
      signaling: {
        address: "/",
        title: "The Socket.IO namespace",
        description: "`/` unless the host chooses another.",
        servers: [at("servers", "signaling")],
        messages: channelMessages(names.filter((name) => !isOfDevices(name))),
      },
      devices: {
        address: "/device",
        title: "The gateway for devices",
        description: "For devices that have no Socket.IO client. The host chooses the path.",
        servers: [at("servers", "devices")],
        messages: channelMessages(names.filter(isOfDevices)),
        bindings: { ws: { method: "GET", query: deviceAddress, bindingVersion: "0.1.0" } },
      },
    },
    operations: {
      ...operations("signaling", "receive", "client", clientMessages, (event) => ({
        reply: reply("signaling", `ack-${event}`),
      })),
      ...operations("signaling", "send", "server", serverMessages),
      ...operations("devices", "receive", "from-device", fromDeviceMessages),
      ...operations("devices", "send", "to-device", toDeviceMessages),
    },
    components: {
      messages: Object.fromEntries(
        names.map((name) => [
          name,
          {
            name: name.replace(/^(client|server|from-device|to-device)-/, ""),
            title: schemas[name]?.title,
            payload: at("components", "schemas", name),
          },
        ]),
      ),
      schemas: Object.fromEntries(Object.entries(schemas).map(([name, { $schema: _, ...schema }]) => [name, schema])),
    },
  };
}

const isOfDevices = (name: string): boolean => /^(from|to)-device-/.test(name);

const channelMessages = (names: readonly string[]): JsonSchema =>
  Object.fromEntries(names.map((name) => [name, at("components", "messages", name)]));

/** What a device says in its address. */
const deviceAddress: JsonSchema = {
  type: "object",
  properties: {
    room: { type: "string", description: "The room to join." },
    token: { type: "string", description: "For the host's own check of who may join." },
    name: { type: "string", description: "What the others see of it." },
    key: {
      type: "string",
      description: "As in `createAndJoinRoom`: a device that comes back with it is the same peer.",
    },
    gather: { const: "1", description: "It takes no candidates: each offer comes with all of them in it." },
  },
  required: ["room"],
};

function operations(
  channel: string,
  action: "send" | "receive",
  prefix: string,
  described: Readonly<Record<string, string>>,
  more: (event: string) => JsonSchema = () => ({}),
): JsonSchema {
  const names = channel === "signaling" ? action : `${action}-device`;
  return Object.fromEntries(
    Object.entries(described).map(([event, summary]) => [
      `${names}-${event}`,
      { action, summary, ...reply(channel, `${prefix}-${event}`), ...more(event) },
    ]),
  );
}

const reply = (channel: string, message: string): JsonSchema => ({
  channel: at("channels", channel),
  messages: [at("channels", channel, "messages", message)],
});
