import { type Capabilities } from "@sig/protocol";
import { type DeviceRequest, type UpgradeRequest } from "./device-options.js";

/**
 * Whether the query of an address is percent-encoded UTF-8. Otherwise a device would wait in a room of another name,
 * where nobody comes.
 */
export function isPercentEncoded(query: string): boolean {
  try {
    decodeURIComponent(query);
    return /^[!-~]*$/.test(query);
  } catch {
    return false;
  }
}

export function readDeviceRequest(request: UpgradeRequest, query: URLSearchParams): DeviceRequest {
  const [token, name] = [query.get("token"), query.get("name")];
  return {
    request,
    room: query.get("room") ?? "",
    gather: query.get("gather") === "1",
    ...(token !== null && { token }),
    ...(name !== null && { name }),
  };
}

/**
 * A device answers and does nothing else: a peer that wants its media makes the offer (docs/protocol.md, Capabilities).
 */
export function capabilitiesOf({ gather }: DeviceRequest): Capabilities {
  return { trickle: !gather, rollback: false, renegotiate: false, restart: false, dialect: "device" };
}
