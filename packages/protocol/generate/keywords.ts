/** A JSON Schema, or a part of a document that is written like one: keywords and what they say. */
export type JsonSchema = Record<string, unknown>;
