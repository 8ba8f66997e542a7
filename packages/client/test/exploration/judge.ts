import type { Peer } from "../../src/index.js";
import type { Person } from "./person.js";
import { room, type World } from "./world.js";

/** What is wrong once nothing is under way; empty when all is well. */
export function judge(world: World): string[] {
  const wrong = world.people.flatMap((person) => person.wrong);
  if (world.scenario.failures !== true && world.scenario.withoutLink !== true)
    wrong.push(
      ...world.misplaced,
      ...world.people.flatMap(({ name, errors }) => errors.map((error) => `${name}: ${error}`)),
    );
  const { cutPaths, failures, serverRestarts, cutSockets } = world.scenario;
  // While the path stands and the server remembers, whatever happens to messages is mended without a new connection.
  if (![cutPaths, failures, serverRestarts, cutSockets].includes(true)) {
    for (const { name, replaced } of world.people)
      if (replaced > 0) wrong.push(`${name} gave up a connection whose path stood`);
  }
  const inside = world.people.filter(({ isOut }) => !isOut);
  for (const person of world.people) {
    const { name, manager, socket } = person;
    if (!person.isOut && manager.state !== "joined") wrong.push(`${name} is ${manager.state}`);
    if (person.isOut && manager.peers.size > 0) wrong.push(`${name} is out and has peers`);
    if (person.isOut && socket.listenerCount > 0) wrong.push(`${name} is out and still listens to the socket`);
    if (!socket.connected) wrong.push(`${name}'s socket is not connected`);
  }
  const expected = inside.map(({ manager }) => manager.id).sort();
  const listed = world.signaling.peers(room).sort();
  if (expected.join() !== listed.join()) wrong.push(`the server lists ${listed.join()} and not ${expected.join()}`);
  for (const one of inside) {
    for (const other of inside) if (one !== other) wrong.push(...judgePair(one, other, world));
  }
  const { live } = world.network.connections;
  const pairs = (inside.length * (inside.length - 1)) / 2;
  if (live !== 2 * pairs) wrong.push(`${String(live)} connections live for ${String(pairs)} pairs`);
  // Where they are watched: one for each connection that media comes over, and one for each that it goes over.
  const peers = world.scenario.packets === true ? inside.flatMap(({ manager }) => [...manager.peers.values()]) : [];
  const watches = peers.filter(receives).length + peers.filter(sends).length;
  if (world.clock.pending > watches) wrong.push(`${String(world.clock.pending)} timers are left`);
  return wrong;
}

/** What is wrong between two, as the first of them sees it. */
function judgePair(one: Person, other: Person, { scenario }: World): string[] {
  const ends = `${one.name} to ${other.name}`;
  const { id = "" } = other.manager;
  const peer = one.manager.peers.get(id);
  const back = other.manager.peers.get(one.manager.id ?? "")?.connection;
  if (peer === undefined) return [`${ends}: is not among the peers`];
  if (one.manager.peers.size > 2) return [`${one.name} has too many peers`];
  const { connection, state, presence } = peer;
  if (connection === undefined) return [`${ends}: there is no connection, the peer is ${state}`];
  const wrong: string[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(`${ends}: ${what}`);
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
    "the other end knows another ICE generation",
  );
  const sent = other.sending.join(", ");
  const received = one.receivingFrom(id).join(", ");
  expect(sent === received, `gets "${received}", and "${sent}" is sent`);
  // Who was taken for lost and comes back is somebody new: what was said in between is nobody's.
  const [said, heard] = [other.said.get(one.manager.id ?? "") ?? [], one.heard.get(id) ?? []].map((numbers) =>
    numbers.join(),
  );
  expect(
    said === heard || scenario.cutSockets === true || scenario.serverRestarts === true,
    `heard ${heard ?? ""} of ${said ?? ""}`,
  );
  const tracks = connection
    .getTransceivers()
    .filter(({ currentDirection }) => currentDirection === "sendrecv" || currentDirection === "recvonly");
  expect(tracks.length === other.sending.length, `${String(tracks.length)} transceivers receive "${sent}"`);
  return wrong;
}

function receives({ connection }: Peer): boolean {
  return (
    connection
      ?.getTransceivers()
      .some(({ currentDirection }) => currentDirection === "sendrecv" || currentDirection === "recvonly") === true
  );
}

function sends({ connection }: Peer): boolean {
  return connection?.getSenders().some(({ track }) => track !== null) === true;
}

function fingerprint(sdp = ""): string | undefined {
  return /^a=fingerprint:.*/m.exec(sdp)?.[0];
}

function ufrag(sdp = ""): string | undefined {
  return /^a=ice-ufrag:.*/m.exec(sdp)?.[0];
}
