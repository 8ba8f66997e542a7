import { rejection, type Rejection } from "@sig/protocol";
import { callWithin, type Answer } from "../application-call.js";
import { type Log } from "../logger.js";
import { type MaybePromise } from "../maybe-promise.js";
import { type Verdict } from "../options.js";
import { type Grant } from "../grant.js";
import { askVerdict, isGrantLike, rejectionOf } from "../verdict.js";
import { type DeviceRequest, type DeviceSettings } from "./device-options.js";

/** What is used of a gateway. */
interface Gateway {
  readonly settings: DeviceSettings;
  readonly log: Log;
}

/** What admits a device; the signaling reads a grant, and reports one that is invalid. */
export type Admission = true | Grant;

/** Asks the application whether a device may join, and for its metadata. Never rejects its promise. */
export async function authorizeDevice(
  gateway: Gateway,
  device: DeviceRequest,
): Promise<{ readonly ok: true; readonly admission: Admission; readonly metadata: unknown } | Rejection> {
  const { authorize, authorizeTimeoutMs, metadata, clock } = gateway.settings;
  let admission: Admission = true;
  if (authorize !== undefined) {
    const answer = await ask(gateway, device);
    if (answer.ok && isGrantLike(answer.value)) admission = answer.value;
    else {
      const rejected = rejectionOf(answer, authorizeTimeoutMs);
      if (rejected !== undefined) return rejected;
    }
  }
  if (metadata === undefined)
    return { ok: true, admission, metadata: device.name === undefined ? undefined : { name: device.name } };
  const made = await callWithin(clock, authorizeTimeoutMs, () => metadata(device), failedIn(gateway, "metadata"));
  return made.ok
    ? { ok: true, admission, metadata: made.value }
    : rejection("INTERNAL", "Failed to obtain the metadata of this device.");
}

/** Asks the application whether a device may stay. */
export async function renewDevice(gateway: Gateway, device: DeviceRequest): Promise<Verdict | Grant> {
  const answer = await ask(gateway, device);
  if (answer.ok) return answer.value as Verdict | Grant;
  throw new Error("authorize of the device gateway has failed.");
}

function ask(gateway: Gateway, device: DeviceRequest): MaybePromise<Answer<unknown>> {
  const { authorize, authorizeTimeoutMs, clock } = gateway.settings;
  return callWithin(
    clock,
    authorizeTimeoutMs,
    () => askVerdict(() => authorize?.(device)),
    failedIn(gateway, "authorize"),
  );
}

function failedIn({ log }: Gateway, source: string) {
  return (cause: unknown): void =>
    log.error("signaling fault", { source, error: cause instanceof Error ? cause.name : typeof cause });
}
