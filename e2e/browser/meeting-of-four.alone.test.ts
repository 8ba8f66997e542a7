import { expect, it } from "vitest";
import { withMeeting } from "./support/with-meeting.js";

const meeting = withMeeting();

/** Encoding, decoding and showing twelve videos in software takes more than one processor. */
it("four people see all the others", async () => {
  const { enter, errors } = meeting.open();
  const people = [await enter("Ada"), await enter("Bo"), await enter("Cy"), await enter("Dee")];
  await Promise.all(people.map((person) => person.showsEveryVideo(3)));
  expect(errors).toEqual([]);
});
