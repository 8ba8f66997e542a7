import { maxDataKib } from "../negotiation/bounds.js";
import { invalid, requireJson } from "../options.js";
import { SignalingError } from "../errors.js";
import type { MessageSchemas } from "./message-schemas.js";

/** An app message on a data channel. */
export interface Message {
  readonly type: string;
  readonly data: unknown;
}

/** Throws `INVALID_ARGUMENT` with the reason. */
export function encodeMessage(schemas: MessageSchemas | undefined, message: Message): string {
  const { type, data } = message;
  const { problem } = validate(schemas, message);
  if (problem !== undefined) throw invalid(`The data of "${type}" ${problem}.`);
  requireJson(`data of "${type}"`, data, maxDataKib);
  return JSON.stringify({ type, data });
}

/** Reads a message of a peer by its schema. Throws `BAD_MESSAGE`: a peer may send anything. */
export function readMessage(schemas: MessageSchemas | undefined, value: unknown): Message {
  let cause: unknown;
  let problem: string | undefined;
  try {
    const message = value as Message;
    const validated = validate(schemas, message);
    problem = validated.problem;
    if (problem === undefined) return { type: message.type, data: validated.value };
  } catch (error) {
    cause = error;
  }
  throw new SignalingError("BAD_MESSAGE", `A message of the peer was dropped: it ${problem ?? "could not be read"}.`, {
    cause,
  });
}

function validate(schemas: MessageSchemas | undefined, { type, data }: Message): { value?: unknown; problem?: string } {
  if (typeof type !== "string" || type === "") return { problem: "has no type" };
  if (schemas === undefined) return { value: data };
  const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  if (schema === undefined) return { problem: "has no schema in `messages`" };
  const result = schema["~standard"].validate(data);
  if (result instanceof Promise) return { problem: "has an asynchronous schema" };
  return result.issues === undefined
    ? { value: result.value }
    : { problem: `does not fit its schema (${result.issues[0]?.message ?? ""})` };
}
