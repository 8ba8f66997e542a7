import * as device from "../src/checks/device.js";
import * as json from "../src/checks/json.js";
import * as peer from "../src/checks/peer.js";
import * as roomName from "../src/checks/room-name.js";
import * as table from "../src/checks/table.js";
import * as tracks from "../src/checks/tracks.js";
import * as values from "../src/checks/values.js";
import * as candidate from "../src/codecs/candidate.js";
import * as description from "../src/codecs/description.js";

/** The modules whose functions generated readers may call: none of them imports zod. */
const modules: Record<string, Record<string, unknown>> = {
  "../checks/device.js": device,
  "../checks/json.js": json,
  "../checks/peer.js": peer,
  "../checks/room-name.js": roomName,
  "../checks/table.js": table,
  "../checks/tracks.js": tracks,
  "../checks/values.js": values,
  "../codecs/candidate.js": candidate,
  "../codecs/description.js": description,
};

/** The exported name of a function. */
export function nameOf(called: unknown): string {
  for (const exported of Object.values(modules))
    for (const [name, value] of Object.entries(exported)) if (value === called) return name;
  throw new Error(`A generated reader cannot call ${String(called)}: export it from src/checks or src/codecs.`);
}

/** The calls that a generated file makes, and the imports that they need. */
export class Calls {
  readonly #names = new Set<string>();

  call(name: string, ...args: readonly string[]): string {
    this.#names.add(name);
    return `${name}(${args.join(", ")})`;
  }

  /** A function as a value. */
  refer(name: string): string {
    this.#names.add(name);
    return name;
  }

  get imports(): string {
    const lines = Object.entries(modules).map(([module, exported]) => {
      const names = [...this.#names].filter((name) => Object.hasOwn(exported, name)).sort();
      return names.length > 0 ? `import { ${names.join(", ")} } from "${module}";\n` : "";
    });
    return lines.join("");
  }
}
