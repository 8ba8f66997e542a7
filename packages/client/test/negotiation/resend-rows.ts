import { maxFailures } from "../../src/negotiation/bounds.js";
import { answered, candidate, except, gathered, reachable, resend, type Row } from "./row.js";

/** Rows about a peer that is reachable again, and about lost messages. */
export const resendRows: readonly Row[] = [
  {
    id: "N60",
    phases: ["stable"],
    input: reachable,
    when: "nothing waits",
    effects: [],
    given: { failures: maxFailures },
    leaves: { failures: 0 },
  },
  {
    id: "N61",
    phases: ["stable"],
    input: reachable,
    when: "a change of ours waits",
    next: "creating-offer",
    effects: ["create-offer"],
    given: { negotiationNeeded: true, failures: maxFailures },
  },
  {
    id: "N62",
    phases: except("stable"),
    input: reachable,
    when: "always",
    effects: [],
    given: { lastAnswer: answered, ...gathered, failures: maxFailures },
    leaves: { failures: 0 },
  },

  {
    id: "N63",
    phases: except("have-local-offer"),
    input: resend(true),
    when: "media flows, and the peer has our last answer",
    effects: [],
    given: { lastAnswer: { ...answered, confirmed: true }, ...gathered },
  },
  {
    id: "N64",
    phases: except("have-local-offer"),
    input: resend(true),
    when: "media flows, and the peer may not have our last answer",
    effects: ["send answer"],
    given: { lastAnswer: answered, ...gathered },
  },
  {
    id: "N65",
    phases: except("have-local-offer"),
    input: resend(false),
    when: "media does not flow",
    effects: ["send candidate"],
    given: { lastAnswer: { ...answered, confirmed: true }, ...gathered },
  },
  {
    id: "N66",
    phases: ["creating-offer", "have-remote-offer"],
    input: resend(false),
    when: "media does not flow, and candidates of ours wait for their description",
    effects: [],
    given: { outgoing: [candidate], ...gathered },
  },
  {
    id: "N67",
    phases: ["have-local-offer"],
    input: resend(true),
    when: "always",
    effects: ["send offer", "send candidate"],
    given: gathered,
    leaves: { outgoing: [candidate] },
  },
  {
    id: "N68",
    phases: ["have-local-offer"],
    input: resend(true),
    when: "the peer may not have our last answer either",
    effects: ["send answer", "send offer"],
    given: { lastAnswer: answered },
  },
];
