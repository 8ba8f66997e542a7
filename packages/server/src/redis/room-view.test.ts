import { describe, expect, it } from "vitest";
import { type RosterEntry } from "../roster/roster.js";
import { type RoomChange } from "./envelope.js";
import { type OwnEntry } from "./own-entries.js";
import { type StoredEntry } from "./records.js";
import { outcomeFor, viewOf } from "./room-view.js";

const entry = (session: string, more: Partial<RosterEntry> = {}): RosterEntry => ({
  ...{ id: "a", keyed: true, state: "online", session },
  ...more,
});
const stored = (session: string, owner: string, claim: number): StoredEntry => ({
  ...{ entry: entry(session), claim, place: 1, owner },
});
const own = (session: string, claim: number, adopted = false): OwnEntry => ({
  ...{ entry: entry(session), claim, place: 1, adopted },
});
const set = (session: string, owner: string, claim: number, version = 20): RoomChange => ({
  ...{ room: "r", id: "a", version, stored: stored(session, owner, claim) },
});
const end = (session: string, reason: string, version = 20): RoomChange => ({
  ...({ room: "r", id: "a", version, session, reason } as RoomChange),
});

describe("what a change of another node means for an own entry", () => {
  it.each<[string, RoomChange, OwnEntry | undefined, string]>([
    ["a member of another node", set("s", "other", 15), undefined, "none"],
    ["a takeover with a higher claim", set("t", "other", 15), own("s", 10), "release"],
    ["a takeover that the own entry has replaced", set("t", "other", 15, 15), own("s", 18), "none"],
    ["an adoption: this node is alive", set("s", "other", 10), own("s", 10), "restore"],
    ["what another node has changed of an own member", set("s", "me", 20), own("s", 10), "merge"],
    ["a change that is known", set("s", "me", 10), own("s", 10), "none"],
    ["the return of an adopted member to its node", set("s", "other", 10), own("s", 10, true), "release"],
    ["an entry that is given back", set("s", "me", 20), undefined, "take"],
    ["an entry that is given back to another session", set("s", "me", 20), own("t", 10), "take"],
    ["the end of a member that was adopted", end("s", "lost"), own("s", 10), "restore"],
    ["a kick", end("s", "kicked"), own("s", 10), "release"],
    ["the end of an adopted member", end("s", "lost"), own("s", 10, true), "release"],
    ["the end of a former session", end("t", "left"), own("s", 10), "none"],
    ["the end before the session joined again", end("s", "kicked", 15), own("s", 18), "none"],
  ])("%s", (_, change, held, outcome) => {
    expect(outcomeFor("me", change, held)).toBe(outcome);
  });
});

describe("the view of a room", () => {
  it("has own members as this node knows them, without those that it has removed", () => {
    const members = ["a", "b", "c", "d"].map((id, index) => ({
      ...stored(`s-${id}`, id === "c" ? "other" : "me", index),
      entry: entry(`s-${id}`, { id }),
    }));
    const changed = { ...own("s-a", 1), entry: entry("s-a", { id: "a", metadata: 1 }) };
    const replaced = { ...own("t", 1), entry: entry("t", { id: "d" }) };
    const view = viewOf(
      "me",
      members,
      new Map([
        ["a", changed],
        ["d", replaced],
      ]),
    );
    expect(view).toEqual([changed.entry, entry("s-c", { id: "c" })]);
  });
});
