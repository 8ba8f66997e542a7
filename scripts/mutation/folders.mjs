/**
 * @typedef {object} Folder
 * @property {string} mutate The folder whose code is changed.
 * @property {string[]} tests The tests that should notice: none with a browser, a transport or a wait in real time.
 */

/** @type {Record<string, Folder>} */
export const folders = {
  negotiation: {
    mutate: "packages/client/src/negotiation",
    tests: ["packages/client/src/negotiation/**/*.test.ts"],
  },
  signaling: {
    mutate: "packages/client/src/signaling",
    tests: ["packages/client/src/signaling/**/*.test.ts"],
  },
  handlers: {
    mutate: "packages/server/src/handlers",
    tests: [
      "packages/server/src/*.test.ts",
      // Those on `memory-service.ts`. Another client of a real server would wait for what a mutant does not send.
      "packages/server/test/handlers/**/*.test.ts",
      "packages/server/test/{authorize-signal,clock,costs,grants,kick-user,renewal,serve,slow-roster,waiting}.test.ts",
    ],
  },
};
