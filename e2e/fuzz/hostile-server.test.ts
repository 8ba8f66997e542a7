import { describeCampaign } from "./support/campaign.js";
import { fromServer } from "./support/client-input.js";
import { runClient } from "./support/client-world.js";

describeCampaign("A client with a hostile server", { name: "hostile-server", steps: fromServer, run: runClient });
