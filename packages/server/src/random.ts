import { randomBytes } from "node:crypto";

/** Gives `size` random bytes. Secrets are made of them, so outside of tests they must be unpredictable. */
export type RandomBytes = (size: number) => Uint8Array;

export const systemRandomBytes: RandomBytes = (size) => randomBytes(size);
