import { createHash } from "node:crypto";
import { type RedisClient } from "./client.js";

/** A script in Lua. Redis runs it as one step: nothing else happens meanwhile. */
export interface Script {
  readonly source: string;
  /** Redis keeps scripts by it, until it restarts. */
  readonly sha: string;
}

export function script(...parts: readonly string[]): Script {
  const source = parts.join("\n");
  return { source, sha: createHash("sha1").update(source).digest("hex") };
}

/** Redis's clock is the only one that all nodes share. */
export const time = `
local function micros()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end`;

/** Runs a script by its hash, and sends its source if Redis does not know it: it has restarted, or failed over. */
export async function runScript(
  client: Pick<RedisClient, "sendCommand">,
  { source, sha }: Script,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...args];
  try {
    return await client.sendCommand(["EVALSHA", sha, ...rest]);
  } catch (cause) {
    if (!(cause instanceof Error) || !cause.message.startsWith("NOSCRIPT")) throw cause;
    return client.sendCommand(["EVAL", source, ...rest]);
  }
}
