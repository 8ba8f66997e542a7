import { judgeJson } from "@sig/protocol";
import { SignalingError } from "./errors.js";
import { invalid, type MessageSchemas } from "./options.js";

/** Code units of one message's JSON; every browser's data channels carry this much. */
const maxText = 256 * 1024;
const maxDepth = 64;

/** An app message as the data channel carries it. Throws `INVALID_ARGUMENT` with what is wrong. */
export function encodeMessage(schemas: MessageSchemas | undefined, type: string, data: unknown): string {
  if (typeof type !== "string" || type === "" || type.length > 64) throw invalid("A message type is a string of 1 to 64 characters.");
  const problem = judge(schemas, type, data);
  if ("problem" in problem) throw invalid(`The data of "${type}" ${problem.problem}.`);
  const verdict = judgeJson(data, maxText - 100, maxDepth);
  if (data === undefined || verdict === "not-json") throw invalid(`The data of "${type}" must be JSON: no undefined, no functions, no class instances.`);
  if (verdict !== "ok") throw invalid(`The data of "${type}" must be at most 256 KiB of JSON, nested at most ${String(maxDepth)} levels.`);
  return JSON.stringify({ type, data });
}

/** Reads what a peer sent. Throws `BAD_MESSAGE`: whatever a peer sends is not to be believed. */
export function decodeMessage(schemas: MessageSchemas | undefined, text: string): { type: string; data: unknown } {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (cause) {
    throw new SignalingError("BAD_MESSAGE", "The peer sent a message that is not JSON. It was dropped.", { cause });
  }
  const { type, data } = (typeof message === "object" && message !== null ? message : {}) as { type?: unknown; data?: unknown };
  if (typeof type !== "string") throw new SignalingError("BAD_MESSAGE", "The peer sent a message without a type. It was dropped.");
  return { type, data: validated(schemas, type, data) };
}

/** The data as its schema reads it. Throws `BAD_MESSAGE`. */
export function validated(schemas: MessageSchemas | undefined, type: string, data: unknown): unknown {
  const judged = judge(schemas, type, data);
  if ("value" in judged) return judged.value;
  throw new SignalingError("BAD_MESSAGE", `The peer sent "${type.slice(0, 64)}" with data that ${judged.problem}. It was dropped.`);
}

function judge(schemas: MessageSchemas | undefined, type: string, data: unknown): { value: unknown } | { problem: string } {
  if (schemas === undefined) return { value: data };
  const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  if (schema === undefined) return { problem: "has no schema in `messages`" };
  const result = schema["~standard"].validate(data);
  if (result instanceof Promise) return { problem: "is judged by an asynchronous schema: `messages` must validate synchronously" };
  if (result.issues === undefined) return { value: result.value };
  return { problem: `does not fit its schema (${result.issues[0]?.message ?? "no reason given"})` };
}
