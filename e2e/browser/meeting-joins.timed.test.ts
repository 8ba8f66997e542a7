import { expect, it } from "vitest";
import { until } from "../support/until.js";
import { withMeeting } from "./support/with-meeting.js";

const meeting = withMeeting();

it("two people see each other within 3 s of joining, by the median of five joins", async () => {
  const { enter, errors } = meeting.open();
  const ada = await enter("Ada");
  const bo = await enter("Bo");
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    await bo.leave();
    await until("an empty room", async () => (await ada.text("peer-count")) === "0");
    const started = performance.now();
    await bo.join();
    await until(
      "a tile on both sides",
      async () => (await ada.at("tile").count()) === 1 && (await bo.at("tile").count()) === 1,
    );
    await Promise.all([ada.showsVideo(ada.video(), 1), bo.showsVideo(bo.video(), 1)]);
    times.push(performance.now() - started);
  }
  expect(times.sort((a, b) => a - b)[2]).toBeLessThan(3000);
  expect(errors).toEqual([]);
});
