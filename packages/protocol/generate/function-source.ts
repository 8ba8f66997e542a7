import { Calls } from "./called-functions.js";
import type { FieldPlan, Plan } from "./reader-plan.js";

/** How an argument of a check is written: a literal, or an expression that names a limit. */
type WriteArgument = (value: unknown) => string;

/** Writes readers as functions without loops: the fastest form. Two objects that are read alike share one function. */
export class FunctionSource {
  /** Body -> name, each after those that it calls. */
  readonly #functions = new Map<string, string>();
  readonly #calls = new Calls();
  readonly #argument: WriteArgument;

  constructor(argument: WriteArgument) {
    this.#argument = argument;
  }

  /** The body of a function that returns the readers by name. */
  body(plans: Readonly<Record<string, Plan>>): string {
    const entries = Object.entries(plans).map(([name, plan]) => `${name}: ${this.#reader(`${name}Event`, plan)}`);
    const functions = [...this.#functions].map(([body, name]) => `function ${name}(input: unknown) {${body}}`);
    return `${functions.join("\n")}\n\nreturn { ${entries.join(", ")} } as Readers;`;
  }

  /** The name of a function that reads a value by the plan. */
  #reader(name: string, plan: Plan): string {
    if (plan.kind === "object") return this.#function(name, this.#objectBody(plan.fields));
    return this.#function(name, `return ${this.#read(name, plan, "input")};`);
  }

  get imports(): string {
    return this.#calls.imports;
  }

  #function(name: string, body: string): string {
    const existing = this.#functions.get(body);
    if (existing !== undefined) return existing;
    const taken = [...this.#functions.values()];
    let free = name;
    for (let number = 2; taken.includes(free); number += 1) free = `${name}${String(number)}`;
    this.#functions.set(body, free);
    return free;
  }

  #objectBody(fields: readonly FieldPlan[]): string {
    const isOnly = fields.filter(({ optional }) => optional).length === 1;
    const lines = fields.map((field) => this.#field(field, isOnly ? "const value" : "value"));
    return `
      if (!${this.#calls.call("isObject", "input")}) return undefined;
      const output: Record<string, unknown> = {};
      ${lines.some((line) => line.includes("\n      value =")) ? "let value: unknown;" : ""}
      ${lines.join("\n")}
      return output;`;
  }

  /** As zod does: one read of the field, then `in`, to tell an absent field from one that is undefined. */
  #field({ key, optional, plan }: FieldPlan, variable: string): string {
    const name = JSON.stringify(key);
    const target = `output.${key}`;
    if (!optional) {
      const invalid = isTest(plan)
        ? `!${this.#test(plan, `(${target} = input.${key})`)}`
        : `(${target} = ${this.#read(key, plan, `input.${key}`)}) === undefined`;
      return `if (!(${name} in input) || ${invalid}) return undefined;`;
    }
    if (isTest(plan))
      return `
      ${variable} = input.${key};
      if (value === undefined || ${this.#test(plan, "value")}) {
        if (${name} in input) ${target} = value;
      } else if (${name} in input) return undefined;`;
    return `
      ${variable} = input.${key};
      const ${key}Read = value === undefined ? undefined : ${this.#read(key, plan, "value")};
      if (${name} in input && (${target} = ${key}Read) === undefined && value !== undefined) return undefined;`;
  }

  /** An expression that is true where a value is valid as it is. */
  #test(plan: Test, value: string): string {
    if (plan.kind === "literal") return `(${value} === ${JSON.stringify(plan.value)})`;
    return this.#calls.call(plan.name, value, ...plan.args.map((arg) => this.#argument(arg)));
  }

  /** An expression that is what a value is read as, or undefined. */
  #read(name: string, plan: Plan, value: string): string {
    switch (plan.kind) {
      case "check":
      case "literal":
        return `(${this.#test(plan, value)} ? ${value} : undefined)`;
      case "object":
        return `${this.#reader(name, plan)}(${value})`;
      case "list": {
        const item = this.#reader(name.replace(/s$/, ""), plan.item);
        return plan.maxItems === undefined
          ? `${this.#calls.call("list", item)}(${value})`
          : `${this.#calls.call("boundedList", item, String(plan.maxItems))}(${value})`;
      }
      case "union": {
        const form = (index: number): string => `${name}Form${"ABC".charAt(index)}`;
        return `(${plan.options.map((option, index) => this.#read(form(index), option, value)).join(" ?? ")})`;
      }
      case "transform":
        return `${this.#transform(name, plan)}(${value})`;
    }
  }

  #transform(name: string, { from, name: transform }: Plan & { kind: "transform" }): string {
    const transformed = (): string => this.#calls.call(transform, `value as Parameters<typeof ${transform}>[0]`);
    return this.#function(
      name,
      `
      const value = ${this.#read(name, from, "input")};
      return value === undefined ? undefined : ${transformed()};`,
    );
  }
}

type Test = Plan & { kind: "check" | "literal" };

function isTest(plan: Plan): plan is Test {
  return plan.kind === "check" || plan.kind === "literal";
}
