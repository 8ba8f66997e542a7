import fc from "fast-check";

/** Any UTF-16 code unit, lone surrogates included. fast-check's own "binary" takes seconds to set up. */
export const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));
