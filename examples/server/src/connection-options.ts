/** Who may connect, and how often. */
export interface ConnectionOptions {
  /** Origins of pages on other hosts that may connect. Those that this server serves always may. Default: none. */
  origins?: readonly string[];
  /** Connections that one address may have at a time. Default 1000. */
  connectionsPerAddress?: number;
  /** How many proxies stand before this server. Default 0. */
  trustedProxies?: number;
}

/**
 * Reads environment variables: `ORIGINS` (separated by commas or spaces), `CONNECTIONS_PER_ADDRESS` and
 * `TRUSTED_PROXIES`.
 *
 * @throws Error when a number is invalid; the server checks the origins.
 */
export function readConnectionOptions(env: Record<string, string | undefined>): ConnectionOptions {
  const connectionsPerAddress = readNumber(env, "CONNECTIONS_PER_ADDRESS");
  const trustedProxies = readNumber(env, "TRUSTED_PROXIES");
  return {
    origins: (env.ORIGINS ?? "").split(/[\s,]+/).filter((origin) => origin !== ""),
    ...(connectionsPerAddress !== undefined && { connectionsPerAddress }),
    ...(trustedProxies !== undefined && { trustedProxies }),
  };
}

function readNumber(env: Record<string, string | undefined>, name: string): number | undefined {
  const text = env[name] ?? "";
  if (text === "") return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`Invalid ${name} ${JSON.stringify(text)}: expected a whole number.`);
  return Number(text);
}
