import { Cluster } from "./cluster.js";
import { Decisions } from "./decisions.js";
import { Environment } from "./environment.js";
import { Person } from "./person.js";
import { homes } from "./plan.js";
import type { Setup } from "./recording.js";
import type { Stay } from "./stay.js";

/** Eight people, a network, three nodes and a Redis under one fake clock. */
export class World extends Environment {
  readonly cluster: Cluster;
  readonly decisions = new Decisions();
  readonly people: ReadonlyMap<string, Person>;

  constructor(setup: Setup, isLogged: boolean) {
    super(setup, isLogged);
    this.cluster = new Cluster(this);
    const stayOf = (id: string): Stay | undefined => this.#stayOf(id);
    this.people = new Map(homes.map(([name]) => [name, new Person(name, this, this.cluster, stayOf)]));
  }

  person(name: string): Person {
    const person = this.people.get(name);
    if (person === undefined) throw new Error(`There is no person "${name}".`);
    return person;
  }

  #stayOf(id: string): Stay | undefined {
    for (const { stays } of this.people.values()) {
      const stay = stays.find((one) => one.id === id);
      if (stay !== undefined) return stay;
    }
    return undefined;
  }
}
