import { describe, expect, it } from "vitest";
import { join, namesOf, settle, startNodes } from "./two-nodes.js";

describe("what another node sends", () => {
  it.each([
    null,
    1,
    "deliver",
    [],
    {},
    { kind: "deliver" },
    { kind: "kick", room: 1, id: {} },
    { kind: "answer" },
    { kind: "unknown" },
  ])("%j is reported, and stops nothing", async (message) => {
    const { store, one, two } = startNodes();
    const faults: unknown[] = [];
    one.signaling.on("error", (fault) => faults.push(fault));
    const ada = one.connect();
    await join(ada);
    await store.node("two").send("one", message);
    await settle();
    expect(faults).toMatchObject([{ source: "roster" }]);
    await join(two.connect());
    expect(ada.received("joined")).toHaveLength(1);
  });

  it.each([1, "two", {}, { node: "two" }, { node: {}, question: 1 }])(
    "as a kick that is to be answered to %j is done without an answer",
    async (answerTo) => {
      const { store, one } = startNodes();
      const ada = one.connect();
      const { id } = await join(ada);
      await store.node("two").send("one", { kind: "kick", room: "r", id, answerTo });
      await settle();
      expect(ada.received("exit")).toMatchObject([{ from: id, reason: "kicked" }]);
    },
  );

  it.each([
    ["by a node of the version before are changed here", {}, [{ role: "host" }]],
    ["that are in the store already are for a node of the version before", { isStored: true }, []],
  ])("as attributes %s", async (_, fields, seen) => {
    const { store, one } = startNodes();
    const ada = one.connect();
    const { id } = await join(ada);
    await store.node("two").send("one", { kind: "attributes", room: "r", id, attributes: { role: "host" }, ...fields });
    await settle();
    expect(ada.received("attributes").map(({ attributes }) => attributes)).toEqual(seen);
  });

  it("as an answer to nothing is ignored", async () => {
    const { store, one } = startNodes();
    const faults: unknown[] = [];
    one.signaling.on("error", (fault) => faults.push(fault));
    await store.node("two").send("one", { kind: "answer", question: 7 });
    await settle();
    expect(faults).toEqual([]);
  });

  it("as an event with an invalid payload reaches nobody", async () => {
    const { store, one } = startNodes();
    one.signaling.on("error", () => undefined);
    const ada = one.connect();
    await join(ada);
    const [{ session } = { session: "" }] = store.memory.list("r");
    for (const event of ["offer", "constructor", "connect_error"])
      await store.node("two").send("one", { kind: "deliver", session, event, payload: { sdp: 1 } });
    await settle();
    expect(namesOf(ada)).toEqual(["created"]);
  });
});
