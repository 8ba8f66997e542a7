import { expect, test } from "vitest";
import { Lab } from "./lab.js";

test("a join declares the features of this client, and the others learn them", async () => {
  const lab = new Lab();
  const [ada, bob] = [lab.manager(), lab.manager()];
  await lab.join(ada);
  await lab.join(bob);
  const features = ["waiting", "mute", "notices", "drain", "offer-with-join", "bundles"];
  expect(lab.sent("to-server", "createAndJoinRoom")).toMatchObject([{ features }, { features }]);
  expect(lab.sent("to-client", "joined")).toMatchObject([{ features }]);
  expect(lab.sent("to-client", "created")).toMatchObject([{ peers: [] }, { peers: [{ features }] }]);
});
