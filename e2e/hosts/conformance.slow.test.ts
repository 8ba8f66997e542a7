import { checkServer } from "sig-conformance";
import { expect, test } from "vitest";
import { nestShared } from "./apps/nest.js";
import { parentNamespace } from "./apps/parent-namespace.js";
import { urlOf, withCalls } from "./support/host.js";
import { start } from "./support/meeting.js";

/** What these hosts do not have, and what waits for the grace time. */
const except = ["device", "presence.lost"];

test.each([nestShared, parentNamespace])(
  "$name: clients of the protocol find all of it, beside an application with the same names",
  { timeout: 120_000 },
  async (kind) => {
    const host = await start(kind, withCalls);
    const { results } = await checkServer(new URL(kind.calls, urlOf(host)).href, { except });
    expect(results.filter(({ status }) => status !== "passed")).toEqual([]);
    expect(results.length).toBeGreaterThan(50);
  },
);
