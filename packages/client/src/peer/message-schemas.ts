import type { SchemaInput, SchemaOutput, StandardSchemaV1 } from "@sig/protocol/page";

/** Message type -> schema of its data, from any library with Standard Schema (zod, valibot, arktype). */
export type MessageSchemas = Record<string, StandardSchemaV1>;

/** The data that `send` accepts for a message type. */
export type MessageInput<Messages extends MessageSchemas, Type extends keyof Messages> = SchemaInput<Messages[Type]>;
/** The data that a listener receives for a message type. */
export type MessageOutput<Messages extends MessageSchemas, Type extends keyof Messages> = SchemaOutput<Messages[Type]>;
