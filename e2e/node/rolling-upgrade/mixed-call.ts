import { type PeerManager } from "@sig/client";
import { FakeNetwork, fakeStream } from "@sig/client/testing";
import { expect, onTestFinished } from "vitest";
import { type MixedCluster } from "./mixed-cluster.js";
import { Person } from "./person.js";

export type ClientVersion = "one" | "earlier" | "this";

const room = "call";

/** Clients of several versions in one room, on the nodes of a cluster. Everything ends with the test. */
export class MixedCall {
  /** Those who stay all the time. */
  readonly residents: Person[] = [];
  /** To whom offers that came with joins were sent. */
  readonly offeredTo: (string | undefined)[] = [];
  readonly #on: MixedCluster;
  /** By version; without one: those of this version. */
  readonly #managers: Readonly<Partial<Record<ClientVersion, typeof PeerManager>>>;
  readonly #network = new FakeNetwork();

  constructor(on: MixedCluster, managers: Readonly<Partial<Record<ClientVersion, typeof PeerManager>>>) {
    this.#on = on;
    this.#managers = managers;
  }

  async addResident(at: number, version: ClientVersion): Promise<void> {
    this.residents.push(await this.#enter(at, version, `${version}-${at}`));
  }

  /** The ids of the residents. */
  get ids(): (string | undefined)[] {
    return this.residents.map(({ manager }) => manager.id);
  }

  async joined(): Promise<void> {
    const states = (): string[] => this.residents.map(({ manager }) => manager.state);
    await expect.poll(states).toEqual(this.residents.map(() => "joined"));
  }

  /** Everything that passes between nodes, in both directions between every two of them. */
  async exchange(stage: string): Promise<void> {
    this.#on.cluster.chatter();
    await this.#comeAndGo(stage);
    await this.#publish(stage);
    await this.#setMetadata(stage);
    await this.#sendFromNodes(stage);
    await this.#on.cluster.delivered();
  }

  /** On each node somebody joins and leaves, and somebody joins and is kicked by the next node. */
  async #comeAndGo(stage: string): Promise<void> {
    const nodes = [...this.#on.places.keys()];
    const names = (what: string) => (at: number) => `${what}-${stage}-${at}`;
    const [newcomer, guest] = [names("newcomer"), names("guest")];
    const newcomers = await Promise.all(nodes.map((at) => this.#enter(at, "this", newcomer(at))));
    this.offeredTo.push(...newcomers.map(({ offeredTo }) => offeredTo));
    const guests = await Promise.all(nodes.map((at) => this.#enter(at, "earlier", guest(at))));
    const everybody = [...this.residents, ...newcomers, ...guests];
    const connected = (person: Person): string[] => person.connectedWith;
    await all("everybody is connected", everybody, connected, (person) => namesOfOthers(everybody, person));
    for (const at of nodes) {
      this.#on.place(at + 1).node.send({ type: "kick", room, id: guests[at]!.manager.id! });
      await newcomers[at]!.manager.leave();
    }
    const left = (person: Person): string[] => person.of("left").filter((line) => line.includes(`-${stage}-`));
    const exits = nodes.flatMap((at) => [`left ${guest(at)} kicked`, `left ${newcomer(at)} left`]).sort();
    await all("they have left", this.residents, left, () => exits);
    expect(guests.flatMap((person) => person.of("error"))).toEqual(nodes.map(() => "error KICKED"));
  }

  /** Every resident makes offers to all others. */
  async #publish(stage: string): Promise<void> {
    const published = this.residents.map(({ manager }) => manager.publish(fakeStream("audio"), { label: stage }));
    await all("tracks arrive", this.residents, endingIn("track", stage), (person) =>
      namesOfOthers(this.residents, person).map((name) => `track ${name} ${stage}`),
    );
    for (const publication of published) publication.stop();
  }

  async #setMetadata(stage: string): Promise<void> {
    for (const { manager, name } of this.residents) await manager.setMetadata({ name, stage });
    await all("metadata arrives", this.residents, endingIn("metadata", stage), (person) =>
      namesOfOthers(this.residents, person).map((name) => `metadata ${name} ${stage}`),
    );
  }

  /** Each node sends everybody a message, and changes the attributes of a member of the next node. */
  async #sendFromNodes(stage: string): Promise<void> {
    const { places } = this.#on;
    const known = this.residents.filter(({ name }) => name.startsWith("this-"));
    for (const [at, { node }] of places.entries()) {
      const ofNext = known.find(({ name }) => name === `this-${(at + 1) % places.length}`)!;
      node.send({ type: "message", room, kind: stage, data: "all" });
      node.send({ type: "attributes", room, id: ofNext.manager.id!, attributes: { stage } });
    }
    const received = (person: Person): string[] => person.of("message").filter((line) => line.includes(` ${stage} `));
    const messages = places.map(() => `message ${stage} all`);
    await all("messages of the nodes arrive", this.residents, received, () => messages);
    // Clients of version 1 know no attributes.
    const withAttributes = this.residents.filter(({ name }) => !name.startsWith("one-"));
    await all("attributes arrive", withAttributes, endingIn("attributes", stage), (person) =>
      namesOfOthers(known, person).map((name) => `attributes ${name} ${stage}`),
    );
  }

  async #enter(at: number, version: ClientVersion, name: string): Promise<Person> {
    const person = new Person(this.#on.place(at).entrance.url, name, this.#network, this.#managers[version]);
    onTestFinished(() => person.close());
    await person.manager.join(room);
    return person;
  }
}

type Lines = (person: Person) => string[];

/** Waits until each has seen what is expected of it. */
async function all(what: string, people: readonly Person[], seen: Lines, expected: Lines): Promise<void> {
  const linesOf = (read: Lines): string[][] => people.map((person) => [person.name, ...read(person)]);
  await expect.poll(() => linesOf(seen), { message: what }).toEqual(linesOf(expected));
}

function endingIn(event: string, stage: string): Lines {
  return (person) => person.of(event).filter((line) => line.endsWith(` ${stage}`));
}

function namesOfOthers(people: readonly Person[], person: Person): string[] {
  return people.flatMap(({ name }) => (name === person.name ? [] : [name])).sort();
}
