import { describe, expect, it } from "vitest";
import { NoticeList, type Notice } from "./notice-list.js";

const notice = (from: string): Notice => ({ event: "exit", payload: { from, room: "r" } });
const [one, two, three] = [notice("1"), notice("2"), notice("3")];

describe("a list of notices", () => {
  it("has them in their order", () => {
    const list = new NoticeList(one).with(two).with(three);
    expect([list.length, list.last, list.gathered]).toEqual([3, three, { notices: [one, two, three] }]);
  });

  it("is the same one for all that wait for the same, and so is its event", () => {
    const beginning = new NoticeList(one);
    const [ada, bo] = [beginning.with(two), beginning.with(two)];
    expect(ada).toBe(bo);
    expect(ada.with(three).gathered).toBe(bo.with(three).gathered);
  });

  it("stays as it is where another one goes on in another way", () => {
    const beginning = new NoticeList(one);
    const [ada, bo] = [beginning.with(two), beginning.with(three)];
    expect([beginning, ada, bo].map(({ gathered }) => gathered.notices)).toEqual([[one], [one, two], [one, three]]);
  });
});
