import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Memberships } from "./memberships.js";
import { beginMembership } from "./roster/local-view.js";
import { type Membership } from "./membership.js";

function membershipIn(name: string): Membership {
  const room = { name, members: new Map(), held: new Map(), awayElsewhere: undefined, joins: 0 };
  return beginMembership(room, "peer");
}

describe("Memberships", () => {
  it("has the memberships of a map by room name, in the same order, whatever is added and deleted", () => {
    const step = fc.record({ adds: fc.boolean(), room: fc.constantFrom("a", "b", "c") });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const memberships = new Memberships<Membership>();
        const model = new Map<string, Membership>();
        for (const { adds, room } of steps) {
          const membership = membershipIn(room);
          if (adds) {
            memberships.add(membership);
            model.set(room, membership);
          } else {
            memberships.delete(room);
            model.delete(room);
          }
          expect(memberships.size).toBe(model.size);
          expect(memberships.values()).toEqual([...model.values()]);
          for (const name of ["a", "b", "c"]) {
            expect(memberships.get(name)).toBe(model.get(name));
            expect(memberships.has(name)).toBe(model.has(name));
          }
        }
      }),
    );
  });

  it("can be changed while its memberships are looked at", () => {
    const memberships = new Memberships<Membership>();
    for (const room of ["a", "b", "c"]) memberships.add(membershipIn(room));
    const seen: string[] = [];
    for (const { room } of memberships.values()) {
      seen.push(room.name);
      memberships.delete(room.name);
    }
    expect([seen, memberships.size]).toEqual([["a", "b", "c"], 0]);
  });
});
