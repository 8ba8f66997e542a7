/**
 * What an application's `iceServers` gives, in the shape of the protocol. Read as well: one server instead of a list;
 * `url`, as `RTCIceServer` had it once; and what the APIs of the large providers answer, which a function may hand on
 * as it came: `ice_servers` beside `ttl` in text (Twilio), `{ iceServers: { urls, … } }` (Cloudflare).
 */
export function readIceServerShapes(given: unknown): { iceServers: unknown; iceServersTtl: unknown } {
  const { list, ttl } = isRecord(given) ? unwrap(given) : { list: given, ttl: undefined };
  return {
    iceServers: Array.isArray(list) ? list.map(readServer) : isRecord(list) ? [readServer(list)] : list,
    iceServersTtl: typeof ttl === "string" && /^\d{1,9}$/.test(ttl) ? Number(ttl) : ttl,
  };
}

function unwrap(given: Readonly<Record<string, unknown>>): { list: unknown; ttl: unknown } {
  for (const name of ["iceServers", "ice_servers"]) if (name in given) return { list: given[name], ttl: given.ttl };
  return { list: given, ttl: undefined };
}

function readServer(server: unknown): unknown {
  if (!isRecord(server) || !("url" in server)) return server;
  const { url, ...others } = server;
  return { urls: url, ...others };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
