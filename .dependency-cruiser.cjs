/**
 * The direction of the imports, as errors. Types count: an import that is erased still ties two files together.
 * scripts/arrows.test.ts shows that each rule fires.
 */

/** Test code: in a test folder, or beside the sources as a test (`.test.ts`). */
const tests = "(^|/)test/|\\.(test|test-d)\\.tsx?$";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      comment: "Two files that need each other are one file.",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-unresolved",
      severity: "error",
      comment: "An import that leads nowhere hides from every other rule.",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "server-not-to-client",
      severity: "error",
      from: { path: "^packages/server/src/" },
      to: { path: "^packages/client/|^@sig/client" },
    },
    {
      name: "client-not-to-server",
      severity: "error",
      from: { path: "^packages/client/src/" },
      to: { path: "^packages/server/|^@sig/server" },
    },
    {
      name: "protocol-only-zod",
      severity: "error",
      comment: "The protocol runs everywhere: it knows zod and itself.",
      from: { path: "^packages/protocol/src/", pathNot: tests },
      to: { pathNot: "^packages/protocol/src/|(^|/)node_modules/zod/" },
    },
    {
      name: "conformance-not-to-ours",
      severity: "error",
      comment:
        "The kit checks against the protocol. A client or a device under test needs a server: only those two " +
        "files use ours.",
      from: {
        path: "^packages/conformance/src/",
        pathNot: "^packages/conformance/src/(client/kit-server|device/kit-gateway)\\.ts$",
      },
      to: { path: "^packages/(server|client)/|^@sig/(server|client)" },
    },
    {
      name: "negotiation-is-pure",
      severity: "error",
      comment: "Plain data in, plain data out: negotiation knows itself and the words of the protocol.",
      from: { path: "^packages/client/src/negotiation/", pathNot: tests },
      to: { pathNot: "^packages/client/src/negotiation/|^packages/protocol/src/" },
    },
    {
      name: "signaling-not-to-webrtc",
      severity: "error",
      from: { path: "^packages/client/src/signaling/" },
      to: { path: "^packages/client/src/webrtc/" },
    },
    {
      name: "webrtc-not-to-signaling",
      severity: "error",
      from: { path: "^packages/client/src/webrtc/" },
      to: { path: "^packages/client/src/signaling/" },
    },
    {
      name: "client-down-only",
      severity: "error",
      comment:
        "The folders of the client lie above each other: room, peer, signaling and webrtc, negotiation. No " +
        "import goes up.",
      from: { path: "^packages/client/src/(signaling|webrtc)/", pathNot: tests },
      to: { path: "^packages/client/src/(room|peer)/" },
    },
    {
      name: "peer-not-to-room",
      severity: "error",
      from: { path: "^packages/client/src/peer/", pathNot: tests },
      to: { path: "^packages/client/src/room/" },
    },
    {
      name: "folders-not-to-the-face",
      severity: "error",
      comment:
        "The face of the client delegates to its folders; they know its types (options, events, errors), not " +
        "what stands at the door.",
      from: { path: "^packages/client/src/(room|peer|signaling|webrtc|util)/", pathNot: tests },
      to: { path: "^packages/client/src/(index|peer-manager)\\.ts$" },
    },
    {
      name: "util-is-the-ground",
      severity: "error",
      from: { path: "^packages/client/src/util/", pathNot: tests },
      to: { path: "^packages/client/src/(room|peer|signaling|webrtc|negotiation|diagnostics|testing)/" },
    },
    {
      name: "sources-not-to-tests",
      severity: "error",
      from: { path: "^(packages|examples)/[^/]+/src/", pathNot: tests },
      to: { path: tests, pathNot: "node_modules" },
    },
    {
      name: "packages-by-name",
      severity: "error",
      comment:
        "Another package is imported by its public name, not by a path into it. What reads the golden " +
        "vectors is shared by the tests.",
      from: { path: "^packages/([^/]+)/" },
      to: {
        path: "^packages/",
        pathNot: ["^packages/$1/", "^packages/protocol/test/vectors.ts$"],
        dependencyTypes: ["local"],
      },
    },
    {
      name: "users-by-name",
      severity: "error",
      comment:
        "Examples, end-to-end tests and benchmarks see of a package what its users see. What starts Redis and nodes, " +
        "what checks a history, and sockets in memory are shared by the tests.",
      from: { path: "^(examples|e2e|bench)/" },
      to: {
        path: "^packages/",
        pathNot: [
          "^packages/server/test/(bundle-program|redis/redis-server|history/[\\w-]+)\\.ts$",
          "^packages/client/test/exploration/(memory-namespace|seeded-randomness|tapped-socket)\\.ts$",
        ],
        dependencyTypes: ["local"],
      },
    },
    {
      name: "packages-not-to-users",
      severity: "error",
      comment: "A package stands without the examples, the end-to-end tests and the benchmarks.",
      from: { path: "^packages/" },
      to: { path: "^(examples|e2e|bench|scripts)/" },
    },
    {
      name: "declared-or-not-used",
      severity: "error",
      comment: "What a package's sources import stands in its own package.json, where npm finds it.",
      from: { path: "^packages/[^/]+/src/", pathNot: tests },
      to: {
        dependencyTypes: ["npm-no-pkg", "npm-unknown", "npm-dev"],
        dependencyTypesNot: ["npm-peer", "npm", "type-only"],
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|fixtures)/" },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@sig/source", "import", "require", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mts", ".js", ".mjs", ".cjs", ".json", ".d.ts"],
    },
  },
};
