import type * as z from "zod/mini";
import { ruleOf } from "../src/schema/field.js";
import { nameOf } from "./called-functions.js";

/** How one value is read, found by walking the zod schema. */
export type Plan =
  | { readonly kind: "check"; readonly name: string; readonly args: readonly unknown[] }
  | { readonly kind: "literal"; readonly value: unknown }
  | { readonly kind: "list"; readonly item: Plan; readonly maxItems?: number | undefined }
  | { readonly kind: "object"; readonly fields: readonly FieldPlan[] }
  | { readonly kind: "union"; readonly options: readonly Plan[] }
  | { readonly kind: "transform"; readonly from: Plan; readonly name: string };

export interface FieldPlan {
  readonly key: string;
  readonly optional: boolean;
  readonly plan: Plan;
}

export function planOf(schema: z.ZodMiniType): Plan {
  const rule = ruleOf(schema);
  if (rule !== undefined)
    return "item" in rule
      ? { kind: "list", item: planOf(rule.item), maxItems: rule.maxItems }
      : { kind: "check", name: nameOf(rule.check), args: rule.args };
  const { def } = schema as unknown as { def: Definition };
  switch (def.type) {
    case "object":
      return {
        kind: "object",
        fields: Object.entries(def.shape).map(([key, field]) => {
          const inner = (field as unknown as { def: Definition }).def;
          return inner.type === "optional"
            ? { key, optional: true, plan: planOf(inner.innerType) }
            : { key, optional: false, plan: planOf(field) };
        }),
      };
    case "literal":
      return { kind: "literal", value: def.values[0] };
    case "union":
      return { kind: "union", options: def.options.map(planOf) };
    case "pipe": {
      const out = (def.out as unknown as { def: Definition }).def;
      if (out.type === "transform") return { kind: "transform", from: planOf(def.in), name: nameOf(out.transform) };
      throw new Error(`A generated reader cannot pipe into a schema of the type ${out.type}.`);
    }
    default:
      throw new Error(`A generated reader cannot read a schema of the type ${def.type}.`);
  }
}

/** zod's definitions of the schemas that this protocol is made of. */
type Definition =
  | { readonly type: "object"; readonly shape: Record<string, z.ZodMiniType> }
  | { readonly type: "optional"; readonly innerType: z.ZodMiniType }
  | { readonly type: "literal"; readonly values: readonly unknown[] }
  | { readonly type: "union"; readonly options: readonly z.ZodMiniType[] }
  | { readonly type: "pipe"; readonly in: z.ZodMiniType; readonly out: z.ZodMiniType }
  | { readonly type: "transform"; readonly transform: unknown };
