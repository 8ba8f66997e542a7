import { judgeJson } from "@sig/protocol";
import { SignalingError } from "./errors.js";
import { invalid, type MessageSchemas } from "./options.js";

/** Code units of one message's data as JSON; every browser's data channels carry as much. */
const maxData = 255 * 1024;
const maxDepth = 64;

/** An app message as the data channel carries it. Throws `INVALID_ARGUMENT` with what is wrong. */
export function encodeMessage(schemas: MessageSchemas | undefined, type: string, data: unknown): string {
  const judged = judge(schemas, type, data);
  if ("problem" in judged) throw invalid(`The data of "${type}" ${judged.problem}.`);
  if (data === undefined || judgeJson(data, maxData, maxDepth) !== "ok") {
    throw invalid(`The data of "${type}" must be JSON: no functions or class instances, at most 255 KiB, nested at most ${String(maxDepth)} levels.`);
  }
  return JSON.stringify({ type, data });
}

/** Reads what a peer sent. Throws `BAD_MESSAGE`: whatever a peer sends is not to be believed. */
export function decodeMessage(schemas: MessageSchemas | undefined, text: string): { type: string; data: unknown } {
  try {
    const { type, data } = JSON.parse(text) as { type: unknown; data: unknown };
    if (typeof type === "string") return { type, data: validated(schemas, type, data) };
  } catch (cause) {
    throw cause instanceof SignalingError ? cause : bad("no JSON object", cause);
  }
  throw bad("no type");
}

/** The data as its schema reads it. Throws `BAD_MESSAGE`. */
export function validated(schemas: MessageSchemas | undefined, type: string, data: unknown): unknown {
  const judged = judge(schemas, type, data);
  if ("value" in judged) return judged.value;
  throw bad(`data that ${judged.problem}`);
}

function bad(problem: string, cause?: unknown): SignalingError {
  return new SignalingError("BAD_MESSAGE", `The peer sent a message with ${problem}. It was dropped.`, { cause });
}

function judge(schemas: MessageSchemas | undefined, type: string, data: unknown): { value: unknown } | { problem: string } {
  if (schemas === undefined) return { value: data };
  const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  if (schema === undefined) return { problem: "has no schema in `messages`" };
  const result = schema["~standard"].validate(data);
  if (result instanceof Promise) return { problem: "has an asynchronous schema: `messages` must validate synchronously" };
  return result.issues === undefined ? { value: result.value } : { problem: `does not fit its schema (${result.issues[0]?.message ?? "no reason given"})` };
}
