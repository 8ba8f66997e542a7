import { Calls } from "./called-functions.js";
import type { FieldPlan, Plan } from "./reader-plan.js";

/** Writes readers as tables that `src/checks/table.ts` interprets: the smallest form after gzip. */
export class TableSource {
  readonly #calls = new Calls();
  /** How often each plan occurs; a plan that occurs inside one that was counted already counts once. */
  readonly #uses = new Map<string, number>();
  /** Plan -> name and expression of a constant, each after those that it needs. */
  readonly #constants = new Map<string, { readonly name: string; readonly expression: string }>();

  /** The body of a function that returns the readers by name. */
  body(plans: Readonly<Record<string, Plan>>): string {
    for (const plan of Object.values(plans)) this.#count(plan);
    const entries = Object.entries(plans).map(([name, plan]) => property(name, this.#reader(name, plan)));
    const constants = [...this.#constants.values()].map(({ name, expression }) => `const ${name} = ${expression};`);
    return `${constants.join("\n")}\nreturn { ${entries.join(", ")} };`;
  }

  get imports(): string {
    return this.#calls.imports;
  }

  #count(plan: Plan): void {
    const key = JSON.stringify(plan);
    const uses = this.#uses.get(key) ?? 0;
    this.#uses.set(key, uses + 1);
    if (uses > 0) return;
    if (plan.kind === "list") this.#count(plan.item);
    else if (plan.kind === "object") for (const field of plan.fields) this.#count(field.plan);
  }

  /** An expression for a reader: the name of a constant where it is used more than once. */
  #reader(name: string, plan: Plan): string {
    const key = JSON.stringify(plan);
    if ((this.#uses.get(key) ?? 0) < 2) return this.#expression(name, plan);
    const known = this.#constants.get(key);
    if (known !== undefined) return known.name;
    const expression = this.#expression(name, plan);
    const constant = { name: this.#freeName(name, plan), expression };
    this.#constants.set(key, constant);
    return constant.name;
  }

  #expression(name: string, plan: Plan): string {
    switch (plan.kind) {
      case "check":
        return this.#calls.call("check", this.#calls.refer(plan.name), ...plan.args.map((arg) => JSON.stringify(arg)));
      case "list":
        return this.#calls.call("list", this.#reader(name.replace(/s$/, ""), plan.item));
      case "object": {
        const firstOptional = plan.fields.findIndex(({ optional }) => optional);
        const required = firstOptional === -1 ? plan.fields : plan.fields.slice(0, firstOptional);
        const optional = plan.fields.slice(required.length);
        if (!optional.every((field) => field.optional))
          throw new Error(`A required field follows an optional one in ${name}: readers keep the order of the fields.`);
        const lists = optional.length === 0 ? [required] : [required, optional];
        return this.#calls.call("object", ...lists.map((fields) => this.#properties(fields)));
      }
      default:
        throw new Error(`A table cannot read a ${plan.kind}.`);
    }
  }

  #properties(fields: readonly FieldPlan[]): string {
    return `{ ${fields.map(({ key, plan }) => property(key, this.#reader(key, plan))).join(", ")} }`;
  }

  /** `text128` for a check, since one check serves many fields; the field's name for an object or an array. */
  #freeName(field: string, plan: Plan): string {
    const wanted = plan.kind === "check" ? checkName(plan.name, plan.args) : field;
    const isTaken = [...this.#constants.values()].some(({ name }) => name === wanted);
    return isTaken ? `${wanted}${String(this.#constants.size)}` : wanted;
  }
}

function checkName(check: string, args: readonly unknown[]): string {
  const word = check.replace(/^is(.)/, (_, letter: string) => letter.toLowerCase());
  return (word + args.join("_")).replace(/\W+/g, "_");
}

const property = (name: string, value: string): string => (name === value ? name : `${name}: ${value}`);
