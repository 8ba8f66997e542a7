import type { Peer } from "../../src/index.js";
import type { Person } from "./person.js";
import { room, type World } from "./world.js";

/** What must not be the case once no work is left; empty after a good run. */
export async function violationsOf(world: World): Promise<string[]> {
  const violations = world.people.flatMap((person) => person.violations);
  const { cutPaths, failures, serverRestarts, cutSockets, withoutLink } = world.scenario;
  if (failures !== true && withoutLink !== true)
    violations.push(
      ...world.wrongCalls,
      ...world.people.flatMap(({ name, errors }) => errors.map((error) => `${name}: ${error}`)),
    );
  // Lost messages alone never cost a connection whose path works.
  if (![cutPaths, failures, serverRestarts, cutSockets].includes(true)) {
    for (const { name, replaced } of world.people)
      if (replaced > 0) violations.push(`${name} replaced a connection whose path worked`);
  }
  const present = world.people.filter(({ isOut }) => !isOut);
  violations.push(...world.people.flatMap(violationsOfPerson));
  const expected = present.map(({ manager }) => manager.id).sort();
  const listed = [...(await world.server.peers(room))].sort();
  if (expected.join() !== listed.join())
    violations.push(`the server lists ${listed.join()} instead of ${expected.join()}`);
  for (const one of present)
    for (const other of present) if (one !== other) violations.push(...violationsBetween(one, other, world));
  return [...violations, ...leftovers(world, present)];
}

function violationsOfPerson(person: Person): string[] {
  const { name, manager, socket, isOut } = person;
  const violations: string[] = [];
  if (!isOut && manager.state !== "joined") violations.push(`${name} is ${manager.state}`);
  if (isOut && manager.peers.size > 0) violations.push(`${name} is out and has peers`);
  if (isOut && socket.listenerCount > 0) violations.push(`${name} is out and still listens to the socket`);
  if (!socket.connected) violations.push(`${name}'s socket is not connected`);
  return violations;
}

/** Connections and timers that no one needs. */
function leftovers({ network, scenario, clock }: World, present: readonly Person[]): string[] {
  const violations: string[] = [];
  const { live } = network.connections;
  const pairs = (present.length * (present.length - 1)) / 2;
  if (live !== 2 * pairs) violations.push(`${String(live)} connections are open for ${String(pairs)} pairs`);
  // A watched connection keeps one timer if it receives media, and one if it sends media.
  const peers = scenario.packets === true ? present.flatMap(({ manager }) => [...manager.peers.values()]) : [];
  const watches = peers.filter(receivesMedia).length + peers.filter(sendsMedia).length;
  if (clock.pending > watches) violations.push(`${String(clock.pending)} timers are left`);
  return violations;
}

/** What is wrong between two people, from the first one's side. */
function violationsBetween(one: Person, other: Person, { scenario }: World): string[] {
  const ends = `${one.name} to ${other.name}`;
  const { id = "" } = other.manager;
  const peer = one.manager.peers.get(id);
  const back = other.manager.peers.get(one.manager.id ?? "")?.connection;
  if (peer === undefined) return [`${ends}: is not among the peers`];
  if (one.manager.peers.size > 2) return [`${one.name} has too many peers`];
  const { connection, state, presence } = peer;
  if (connection === undefined) return [`${ends}: there is no connection, the peer is ${state}`];
  const violations: string[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) violations.push(`${ends}: ${what}`);
  };
  expect(state === "connected", `the peer is ${state}`);
  expect(presence === "online", `the peer is ${presence}`);
  expect(connection.signalingState === "stable", `the connection is ${connection.signalingState}`);
  expect(connection.connectionState === "connected", `the connection is ${connection.connectionState}`);
  expect(
    fingerprint(connection.localDescription?.sdp) === fingerprint(back?.remoteDescription?.sdp),
    "the other end has another connection",
  );
  expect(
    ufrag(connection.localDescription?.sdp) === ufrag(back?.remoteDescription?.sdp),
    "the other end has another ICE generation",
  );
  const sent = other.sentTracks.join(", ");
  const received = one.tracksFrom(id).join(", ");
  expect(sent === received, `receives "${received}" instead of "${sent}"`);
  // After a cut socket or a restarted server, a person may have been a new peer: numbers from before do not count.
  const sentNumbers = (other.sentNumbers.get(one.manager.id ?? "") ?? []).join();
  const receivedNumbers = (one.receivedNumbers.get(id) ?? []).join();
  expect(
    sentNumbers === receivedNumbers || scenario.cutSockets === true || scenario.serverRestarts === true,
    `received the numbers ${receivedNumbers} instead of ${sentNumbers}`,
  );
  const transceivers = connection.getTransceivers().filter(isReceiving).length;
  expect(transceivers === other.sentTracks.length, `${String(transceivers)} transceivers receive "${sent}"`);
  return violations;
}

function isReceiving({ currentDirection }: RTCRtpTransceiver): boolean {
  return currentDirection === "sendrecv" || currentDirection === "recvonly";
}

function receivesMedia({ connection }: Peer): boolean {
  return connection?.getTransceivers().some(isReceiving) === true;
}

function sendsMedia({ connection }: Peer): boolean {
  return connection?.getSenders().some(({ track }) => track !== null) === true;
}

function fingerprint(sdp = ""): string | undefined {
  return /^a=fingerprint:.*/m.exec(sdp)?.[0];
}

function ufrag(sdp = ""): string | undefined {
  return /^a=ice-ufrag:.*/m.exec(sdp)?.[0];
}
