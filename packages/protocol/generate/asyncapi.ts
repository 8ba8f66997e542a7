import { clientMessages, fromDeviceMessages, serverMessages, toDeviceMessages } from "./messages.js";
import type { JsonSchema } from "./keywords.js";

const at = (...path: string[]): JsonSchema => ({ $ref: `#/${path.join("/")}` });

/** The protocol as an AsyncAPI 3 document from the server's view. It contains all schemas and needs no other file. */
export function asyncApi(schemas: Readonly<Record<string, JsonSchema>>, version: string): JsonSchema {
  const names = Object.keys(schemas);
  return {
    asyncapi: "3.0.0",
    info: {
      title: "sig signaling",
      version,
      description:
        "WebRTC signaling over Socket.IO 4. A message is one Socket.IO event of this name with one JSON " +
        "object as its argument; a reply is the event's ack. docs/protocol.md explains the messages and " +
        "their order.",
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    servers: {
      signaling: {
        host: "signaling.example.org",
        pathname: "/socket.io/",
        protocol: "wss",
        description:
          "Socket.IO 4 (Socket.IO protocol 5 over Engine.IO 4), by WebSocket or long polling. The " +
          "application chooses the address and the path.",
      },
      devices: {
        host: "signaling.example.org",
        protocol: "ws",
        description: "A plain WebSocket; each frame is one JSON text. With TLS if the application uses it.",
      },
    },
    channels: {
      signaling: {
        address: "/",
        title: "The Socket.IO namespace",
        description: "`/` unless the application chooses another.",
        servers: [at("servers", "signaling")],
        messages: channelMessages(names.filter((name) => !isOfDevices(name))),
      },
      devices: {
        address: "/device",
        title: "The gateway for devices",
        description: "For devices without a Socket.IO client. The application chooses the path.",
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

/** The query of a device's address. */
const deviceAddress: JsonSchema = {
  type: "object",
  properties: {
    room: { type: "string", description: "The room to join." },
    token: { type: "string", description: "For the application's `authorize`." },
    name: { type: "string", description: "The name that the other peers see." },
    key: {
      type: "string",
      description: "As in `createAndJoinRoom`: a device that returns with it is the same peer.",
    },
    gather: { const: "1", description: "The device accepts no candidates: each offer contains all of them." },
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
