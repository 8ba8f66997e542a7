import { describeCampaign } from "./support/campaign.js";
import { fromPeer } from "./support/client-input.js";
import { runClient } from "./support/client-world.js";

describeCampaign("A client with a hostile peer", { name: "hostile-peer", steps: fromPeer, run: runClient });
