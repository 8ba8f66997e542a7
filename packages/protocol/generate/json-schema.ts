import * as z from "zod/mini";
import {
  createClientEvents,
  createDeviceMessages,
  createServerEvents,
  defaultLimits,
  readingLimits,
  type Limits,
} from "../src/index.js";
import { controlMessages } from "../src/schema/controls.js";
import { ruleOf } from "../src/schema/field.js";
import { fieldsFromDevice, fieldsToDevice } from "./device-fields.js";
import { controlFields, fieldsOf } from "./fields.js";
import type { JsonSchema } from "./keywords.js";
import {
  ackMessages,
  clientMessages,
  controlMessagePurposes,
  fromDeviceMessages,
  serverMessages,
  toDeviceMessages,
  furtherRules,
} from "./messages.js";

type Direction = "client" | "server" | "from-device" | "to-device" | "control";

/** The keywords of the fields of each direction, and the limits of its readers. */
const directions: Record<Direction, { readonly limits: Limits; readonly fields: Record<string, JsonSchema> }> = {
  client: { limits: defaultLimits, fields: fieldsOf("client", defaultLimits) },
  server: { limits: readingLimits, fields: fieldsOf("server", readingLimits) },
  "from-device": { limits: defaultLimits, fields: fieldsFromDevice(defaultLimits) },
  "to-device": { limits: defaultLimits, fields: fieldsToDevice(defaultLimits) },
  control: { limits: readingLimits, fields: controlFields },
};

/** One message: sender, name, purpose and schema. */
interface Message {
  readonly direction: Direction;
  readonly event: string;
  readonly title: string;
  readonly description: string;
  readonly schema: z.ZodMiniType;
}

/** The JSON Schema of every message of the protocol by the name of its file, `client-offer` for example. */
export function jsonSchemas(): Record<string, JsonSchema> {
  const used: Record<Direction, Set<string>> = {
    client: new Set(),
    server: new Set(),
    "from-device": new Set(),
    "to-device": new Set(),
    control: new Set(),
  };
  const schemas = messages().map(([name, message]) => [
    name,
    { $schema: "https://json-schema.org/draft/2020-12/schema", ...describe(message, used[message.direction]) },
  ]);
  for (const [direction, { fields }] of Object.entries(directions)) {
    const idle = Object.keys(fields).filter((field) => !used[direction as Direction].has(field));
    if (idle.length > 0)
      throw new Error(`No message of the direction ${direction} has the fields ${idle.join(", ")}: remove them.`);
  }
  return Object.fromEntries(schemas) as Record<string, JsonSchema>;
}

function messages(): [name: string, message: Message][] {
  const client: Record<string, z.ZodMiniType> = createClientEvents(defaultLimits);
  const server: Record<string, z.ZodMiniType> = createServerEvents(readingLimits);
  const { fromDevice, toDevice } = createDeviceMessages(defaultLimits);
  const of = (
    direction: Direction,
    words: string,
    described: Record<string, string>,
    schemas: Record<string, z.ZodMiniType>,
  ) =>
    Object.entries(described).map(([event, description]): [string, Message] => [
      `${direction}-${event}`,
      {
        direction,
        event,
        title: `${event}, ${words}`,
        description: `${description} ${furtherRules}`,
        schema: named(schemas, event),
      },
    ]);
  return [
    ...of("client", "client to server", clientMessages, client),
    ...of("server", "server to client", serverMessages, server),
    ...Object.entries(ackMessages).map(([event, description]): [string, Message] => [
      `ack-${event}`,
      { direction: "server", event: "ack", title: `ack of ${event}`, description, schema: ackOf(event) },
    ]),
    ...of("control", "peer to peer, on the data channel", controlMessagePurposes, controlMessages),
    ...of("from-device", "device to gateway", fromDeviceMessages, fromDevice),
    ...of("to-device", "gateway to device", toDeviceMessages, toDevice),
  ];
}

function named(schemas: Record<string, z.ZodMiniType>, event: string): z.ZodMiniType {
  const schema = schemas[event];
  if (schema === undefined) throw new Error(`The registry has no event ${event}.`);
  return schema;
}

/** The one argument of an ack: the result of the event, or a rejection. */
function ackOf(event: string): z.ZodMiniType {
  const { created, iceServers, rejected } = createServerEvents(readingLimits);
  const fields: Record<string, Record<string, z.ZodMiniType>> = {
    createAndJoinRoom: created.shape,
    iceServers: z.partial(iceServers).shape,
  };
  const { code, message, retryable } = rejected.shape;
  return z.union([
    z.object({ ok: z.literal(true), ...fields[event] }),
    z.object({ ok: z.literal(false), code, message, retryable }),
  ]);
}

/** The JSON Schema of a message: zod's own, and the keywords of the fields that are functions to zod. */
function describe({ direction, event, title, description, schema }: Message, used: Set<string>): JsonSchema {
  const { fields } = directions[direction];
  const convert = (each: z.ZodMiniType, list: string): JsonSchema => {
    const { $schema: _, ...converted } = z.toJSONSchema(each, {
      io: "input",
      override: ({ zodSchema, jsonSchema, path }) => {
        const at = fieldPath(path);
        if (at === "") return;
        const name = [`${event}:${at}`, `${list}.${at}`, at].find((candidate) => candidate in fields);
        if (name === undefined)
          throw new Error(`The field ${at} of ${title} has no description: add it to generate/fields.ts.`);
        used.add(name);
        const rule = ruleOf(zodSchema);
        Object.assign(
          jsonSchema,
          rule !== undefined &&
            "item" in rule && {
              type: "array",
              ...(rule.maxItems !== undefined && { maxItems: rule.maxItems }),
              items: convert(rule.item, at),
            },
          fields[name],
        );
      },
    });
    return converted;
  };
  return { title, description, ...convert(schema, "") };
}

/**
 * `candidate.sdp` for `properties/candidate/anyOf/0/properties/sdp`, `candidate.0` for `properties/candidate/anyOf/0`,
 * and empty for the message itself.
 */
function fieldPath(path: readonly (string | number)[]): string {
  const named = path.filter(
    (_, index) => path[index - 1] === "properties" || (path[index - 1] === "anyOf" && index === path.length - 1),
  );
  return typeof named[0] === "number" ? "" : named.join(".");
}
