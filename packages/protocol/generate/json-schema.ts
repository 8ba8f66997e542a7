import * as z from "zod/mini";
import { createClientEvents, createServerEvents, defaultLimits, iceServer, readingLimits, type Limits } from "../src/index.js";
import { rosterPeer } from "../src/peer.js";
import { fieldsOf } from "./fields.js";
import type { JsonSchema } from "./keywords.js";
import { ackMessages, clientMessages, serverMessages, unsaid } from "./messages.js";

/** One message: who sends it, under which name, what it is for, and how it is read. */
interface Message {
  readonly direction: "client" | "server";
  readonly event: string;
  readonly title: string;
  readonly description: string;
  readonly schema: z.ZodMiniType;
  readonly limits: Limits;
}

/** The JSON Schema of every message of the protocol by the name of its file, `client-offer` for example. */
export function jsonSchemas(): Record<string, JsonSchema> {
  const used = { client: new Set<string>(), server: new Set<string>() };
  const schemas = Object.fromEntries(messages().map(([name, message]) => [name, { $schema: "https://json-schema.org/draft/2020-12/schema", ...describe(message, used[message.direction]) }]));
  for (const [direction, limits] of [["client", defaultLimits], ["server", readingLimits]] as const) {
    const idle = Object.keys(fieldsOf(direction, limits)).filter((field) => !used[direction].has(field));
    if (idle.length > 0) throw new Error(`No message of a ${direction} has the fields ${idle.join(", ")}.`);
  }
  return schemas;
}

function messages(): [name: string, message: Message][] {
  const client: Record<string, z.ZodMiniType> = createClientEvents(defaultLimits);
  const server: Record<string, z.ZodMiniType> = createServerEvents(readingLimits);
  return [
    ...Object.entries(clientMessages).map(([event, description]): [string, Message] => [
      `client-${event}`,
      { direction: "client", event, title: `${event}, client to server`, description: `${description} ${unsaid}`, schema: named(client, event), limits: defaultLimits },
    ]),
    ...Object.entries(serverMessages).map(([event, description]): [string, Message] => [
      `server-${event}`,
      { direction: "server", event, title: `${event}, server to client`, description: `${description} ${unsaid}`, schema: named(server, event), limits: readingLimits },
    ]),
    ...Object.entries(ackMessages).map(([event, description]): [string, Message] => [
      `ack-${event}`,
      { direction: "server", event: "ack", title: `ack of ${event}`, description, schema: ackOf(event), limits: readingLimits },
    ]),
  ];
}

function named(schemas: Record<string, z.ZodMiniType>, event: string): z.ZodMiniType {
  const schema = schemas[event];
  if (schema === undefined) throw new Error(`The registry has no event ${event}.`);
  return schema;
}

/** The one argument of an ack: what the event is answered with, or a refusal. */
function ackOf(event: string): z.ZodMiniType {
  const { created, iceServers, rejected } = createServerEvents(readingLimits);
  const fields: Record<string, Record<string, z.ZodMiniType>> = { createAndJoinRoom: created.shape, iceServers: z.partial(iceServers).shape };
  const { code, message, retryable } = rejected.shape;
  return z.union([z.object({ ok: z.literal(true), ...fields[event] }), z.object({ ok: z.literal(false), code, message, retryable })]);
}

/** What zod knows of a message, and what is said of its fields where zod only has a function. */
function describe({ direction, event, title, description, schema, limits }: Message, used: Set<string>): JsonSchema {
  const fields = fieldsOf(direction, limits);
  const convert = (each: z.ZodMiniType, list: string): JsonSchema => {
    const { $schema: _, ...converted } = z.toJSONSchema(each, {
      io: "input",
      override: ({ jsonSchema, path }) => {
        const at = fieldPath(path);
        if (at === "") return;
        const name = [`${event}:${at}`, `${list}.${at}`, at].find((candidate) => candidate in fields);
        if (name === undefined) throw new Error(`Nothing is said of the field ${at} of ${title}.`);
        used.add(name);
        const item = lists[at];
        Object.assign(jsonSchema, item !== undefined && { type: "array", items: convert(item(limits), at) }, fields[name]);
      },
    });
    return converted;
  };
  return { title, description, ...convert(schema, "") };
}

/** Lists, which zod has as functions too. */
const lists: Record<string, ((limits: Limits) => z.ZodMiniType) | undefined> = { peers: rosterPeer, iceServers: () => iceServer };

/** `candidate.sdp` for `properties/candidate/anyOf/0/properties/sdp`, and `candidate.0` for that which `anyOf/0` ends. Empty: the message itself. */
function fieldPath(path: readonly (string | number)[]): string {
  const named = path.filter((_, index) => path[index - 1] === "properties" || (path[index - 1] === "anyOf" && index === path.length - 1));
  return typeof named[0] === "number" ? "" : named.join(".");
}
