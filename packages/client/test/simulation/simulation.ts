import { Channel } from "./channel.js";
import { SimulatedClock } from "./clock.js";
import { violations } from "./invariants.js";
import { negotiate } from "../../src/negotiation/negotiate.js";
import { SimulatedPeer } from "./peer.js";
import { createRandom, type Random } from "./random.js";
import type { Input, Outgoing, StepName } from "../../src/negotiation/types.js";

export interface Scenario {
  /** The number of outages, each at a random time. */
  readonly outages?: number;
  /** The probability that a step fails, until the changes end. */
  readonly failureRate?: number;
  /** Steps that always fail until the changes end: the name of the end, then the step. */
  readonly alwaysFailing?: readonly `${"a" | "b"} ${StepName}`[];
  /** The function under test; a mutation shows that the simulation notices mistakes. */
  readonly negotiate?: typeof negotiate;
}

export interface Run {
  /** Violated invariants at the end; empty for a good run. */
  readonly violations: readonly string[];
  readonly changes: number;
  readonly descriptionsSent: number;
  readonly candidatesSent: number;
  readonly failures: number;
  readonly tasks: number;
}

/** One end and its outgoing channel. */
interface Ends {
  readonly self: SimulatedPeer;
  readonly other: SimulatedPeer;
  readonly out: Channel;
}

/** Ten times the tasks of the longest run that ends. */
const maxTasks = 2_000;

/** One run: random changes on both ends, then quiet, then checks. The same seed and scenario give the same run. */
export function simulate(seed: number, scenario: Scenario = {}): Run {
  const random = createRandom(seed);
  const clock = new SimulatedClock();
  const { outages = 0, failureRate = 0, alwaysFailing = [] } = scenario;
  const unsteady = failureRate > 0 || alwaysFailing.length > 0;
  let calm = false;
  const maxDelay = [1, 10, 60][random.below(3)] ?? 1;
  const span = [0, 30, 300][random.below(3)] ?? 0;
  const aIsPolite = random.chance(0.5);
  const create = (name: "a" | "b", polite: boolean, out: () => Channel): SimulatedPeer =>
    new SimulatedPeer({
      name,
      polite,
      negotiate: scenario.negotiate ?? negotiate,
      // After an answer that was not applied the two ends may use different mids: browsers differ in whether that is an
      // error.
      checksMids: !unsteady,
      fails: (step) => !calm && (alwaysFailing.includes(`${name} ${step}`) || random.chance(failureRate)),
      clock,
      random,
      send: (message) => {
        out().send(message);
      },
    });
  const a = create("a", aIsPolite, () => toB);
  const b = create("b", !aIsPolite, () => toA);
  const toA = new Channel(clock, random, maxDelay, (message) => {
    a.dispatch(received(message));
  });
  const toB = new Channel(clock, random, maxDelay, (message) => {
    b.dispatch(received(message));
  });

  const changes = 1 + random.below(8);
  for (let change = 0; change < changes; change++) {
    const peer = random.chance(0.5) ? a : b;
    clock.at(random.next() * span, () => {
      changeSomething(peer, random);
    });
  }
  const exempt = new Set<string>();
  const mayBeConnected = random.chance(0.5);
  const outage = (begin: number, ends: readonly Ends[]): void => {
    const end = begin + random.next() * 80;
    for (const { self, other, out } of ends) {
      clock.at(begin, () => {
        out.startOutage();
      });
      clock.at(end, () => {
        out.endOutage();
      });
      // This end notices the outage late, or only after it.
      const back = end + random.next() * 40;
      if (random.chance(0.9))
        clock.at(begin + random.next() * (back - begin), () => {
          self.reachable = false;
        });
      clock.at(back, () => {
        const connected = mayBeConnected && areConnected(self, other);
        if (connected) for (const one of [self, other]) exempt.add(one.connection.localUfrag ?? "");
        self.restore(connected);
      });
    }
  };
  const aSends: Ends = { self: a, other: b, out: toB };
  const bSends: Ends = { self: b, other: a, out: toA };
  let from = 0;
  for (let count = 0; count < outages; count++) {
    from += random.next() * (span / outages + 30);
    // Sometimes only the messages of one end are lost, and only that end is notified: a message was rejected.
    outage(from, [[aSends, bSends], [aSends, bSends], [aSends], [bSends]][random.below(4)] ?? []);
    from += 120;
  }

  let ended = clock.runOut(maxTasks);
  if (ended && unsteady) {
    calm = true;
    outage(clock.now, [aSends, bSends]);
    ended = clock.runOut(clock.ran + maxTasks);
  }
  const descriptionsSent = a.descriptionsSent + b.descriptionsSent;
  const atMost = 4 * changes + 8 * (outages + (unsteady ? 1 : 0)) + 6 * (a.reports.length + b.reports.length);
  return {
    violations: [
      ...(ended ? [] : ["the run does not end"]),
      ...(descriptionsSent > atMost ? [`${String(descriptionsSent)} descriptions for ${String(changes)} changes`] : []),
      ...violations(a, b, exempt),
      ...violations(b, a, exempt),
    ],
    changes,
    descriptionsSent,
    candidatesSent: a.candidatesSent + b.candidatesSent,
    failures: a.reports.length + b.reports.length,
    tasks: clock.ran,
  };
}

function received(message: Outgoing): Input {
  switch (message.event) {
    case "offer":
      return { type: "remote-offer", offerId: message.offerId, sdp: message.sdp };
    case "answer":
      return { type: "remote-answer", offerId: message.offerId, sdp: message.sdp };
    case "candidate":
      return { type: "remote-candidate", offerId: message.offerId, candidate: message.candidate };
  }
}

function changeSomething(peer: SimulatedPeer, random: Random): void {
  const { tracks } = peer.connection;
  const choice = random.next();
  const removed = tracks[random.below(tracks.length)];
  if (choice < 0.2) peer.connection.restartIce();
  else if (choice < 0.45 && removed !== undefined) peer.connection.removeTrack(removed);
  else peer.addTrack(random.chance(0.5) ? "audio" : "video");
}

/** Whether media flows on the newest descriptions of both ends. */
function areConnected(peer: SimulatedPeer, other: SimulatedPeer): boolean {
  return [[peer, other] as const, [other, peer] as const].every(
    ([one, another]) =>
      one.connection.localUfrag !== undefined &&
      one.connection.localUfrag === another.connection.currentRemote?.ufrag &&
      [...(another.connection.added.get(one.connection.localUfrag) ?? [])].some((candidate) => candidate !== ""),
  );
}
