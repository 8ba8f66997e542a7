import { changeAttributes } from "./attributes.js";
import { authorize, type Question } from "./authorize.js";
import { attempt, type Core } from "./core.js";
import { type Grant } from "./grant.js";
import { after } from "./maybe-promise.js";
import { type Connection, type Membership } from "./membership.js";
import { pendingJoin } from "./pending-join.js";
import { longestDelayMs } from "./option-checks.js";
import { dismiss } from "./presence.js";
import { changeEntry, entryOf } from "./roster/local-view.js";
import { type Decision } from "./verdict.js";

/** Milliseconds before the application is asked again that failed to decide on a renewal; doubled each time. */
const firstRetryMs = 1_000;
const maxRetryMs = 30_000;

/** Lets a membership that is online go on until a time, at which the application is asked again. */
export function setExpiry(core: Core, membership: Membership, expiresAt: number | undefined): void {
  membership.cancelExpiry?.();
  membership.cancelExpiry = undefined;
  membership.expiresAt = expiresAt;
  if (expiresAt === undefined) return;
  const leftMs = Math.max(expiresAt - core.settings.epochMs(), 0);
  // A timer counts 25 days at most, and the clock of the machine may be set meanwhile.
  membership.cancelExpiry = core.settings.clock.after(Math.min(leftMs, longestDelayMs), () => {
    if (core.settings.epochMs() < expiresAt) setExpiry(core, membership, expiresAt);
    else renew(core, membership, expiresAt, firstRetryMs);
  });
}

/** Asks the application whether a member may stay, with the token of its latest join. */
function renew(core: Core, membership: Membership, expiresAt: number, retryMs: number): void {
  const { connection, room, id } = membership;
  if (connection === undefined) return;
  const retry = (): void => retryLater(core, membership, expiresAt, retryMs);
  // A join of the member with a fresh token is under way: its answer counts.
  if (pendingJoin(connection, room.name)?.id === id) {
    retry();
    return;
  }
  const canceler = new AbortController();
  let isCanceled = false;
  membership.cancelExpiry = () => {
    isCanceled = true;
    canceler.abort();
  };
  attempt(core, "handler", () =>
    after<Decision, undefined>(
      authorize(core, connection, { canceler }, () => questionOf(membership)),
      (decision) => {
        if (isCanceled) return undefined;
        membership.cancelExpiry = undefined;
        if (decision.ok) renewed(core, membership, decision.grant);
        else if (decision.code === "INTERNAL") retry();
        else dismiss(core, membership, "expired");
        return undefined;
      },
    ),
  );
}

function questionOf(membership: Membership): Question {
  const { room, id, token } = membership;
  const entry = entryOf(membership);
  return {
    room: room.name,
    peerId: id,
    reason: "renewal",
    resumed: entry?.keyed === true,
    ...(token !== undefined && { token }),
    ...(entry?.metadata !== undefined && { metadata: entry.metadata }),
  };
}

/** A failure decides nothing: the member stays for the grace time, in which the application is asked again. */
function retryLater(core: Core, membership: Membership, expiresAt: number, retryMs: number): void {
  const { clock, graceMs, epochMs } = core.settings;
  const leftMs = expiresAt + graceMs - epochMs();
  if (leftMs <= 0) {
    dismiss(core, membership, "expired");
    return;
  }
  membership.cancelExpiry = clock.after(Math.min(retryMs, leftMs), () =>
    renew(core, membership, expiresAt, Math.min(retryMs * 2, maxRetryMs)),
  );
}

function renewed(core: Core, membership: Membership, { user, attributes, expiresAt }: Grant): void {
  if (user !== undefined && core.userBans.has(membership.room.name, user)) {
    dismiss(core, membership, "kicked");
    return;
  }
  if (user !== undefined) changeEntry(core, membership, { user });
  if (attributes !== undefined) changeAttributes(core, membership, attributes);
  setExpiry(core, membership, expiresAt);
}

/**
 * Remembers what a member sends to be renewed with, though the application failed to decide on it: the next question
 * is asked with the latest token.
 */
export function keepToken({ memberships }: Connection, room: string, id: string, token: string | undefined): void {
  const membership = memberships.get(room);
  if (membership?.id === id && token !== undefined) membership.token = token;
}
