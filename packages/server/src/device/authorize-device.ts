import { rejection, type Rejection } from "@sig/protocol";
import { callWithin } from "../application-call.js";
import { type Log } from "../logger.js";
import { askVerdict, rejectionOf } from "../verdict.js";
import { type DeviceRequest, type DeviceSettings } from "./device-options.js";

/** Asks the application whether a device may join, and for its metadata. Never rejects its promise. */
export async function authorizeDevice(
  { authorize, authorizeTimeoutMs, metadata, clock }: DeviceSettings,
  log: Log,
  device: DeviceRequest,
): Promise<{ readonly ok: true; readonly metadata: unknown } | Rejection> {
  const failed = (source: string) => (cause: unknown) =>
    log.error("signaling fault", { source, error: cause instanceof Error ? cause.name : typeof cause });
  if (authorize !== undefined) {
    const ask = (): unknown => askVerdict(() => authorize(device));
    const answer = await callWithin(clock, authorizeTimeoutMs, ask, failed("authorize"));
    const rejected = rejectionOf(answer, authorizeTimeoutMs);
    if (rejected !== undefined) return rejected;
  }
  if (metadata === undefined)
    return { ok: true, metadata: device.name === undefined ? undefined : { name: device.name } };
  const made = await callWithin(clock, authorizeTimeoutMs, () => metadata(device), failed("metadata"));
  return made.ok
    ? { ok: true, metadata: made.value }
    : rejection("INTERNAL", "Failed to obtain the metadata of this device.");
}
