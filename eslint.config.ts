import js from "@eslint/js";
import stylistic from "@stylistic/eslint-plugin";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const typescript = ["**/*.ts", "**/*.tsx", "**/*.mts", "**/*.cts"];
const scripts = ["**/*.js", "**/*.mjs", "**/*.cjs"];
const tests = ["**/*.test.ts", "**/*.test.tsx", "**/*.test-d.ts", "packages/*/test/**", "examples/*/test/**", "e2e/**"];
const sources = ["packages/*/src/**/*.ts", "packages/*/src/**/*.tsx"];
const testsBesideSources = ["packages/*/src/**/*.test.ts", "packages/*/src/**/*.test.tsx"];

/** What the sources of a published package must not say; tests beside them may. */
const forbiddenInSources = [
  {
    selector: "ImportDeclaration[source.value=/^zod/] > :matches(ImportSpecifier, ImportDefaultSpecifier)",
    message: 'Import zod as `import * as z from "zod/mini"`: any other form costs a web page 85 KB.',
  },
  {
    selector: "ImportDeclaration[source.value=/^zod/][source.value!='zod/mini']",
    message: 'Import zod as `import * as z from "zod/mini"`: any other form costs a web page 85 KB.',
  },
  {
    selector: "ExportNamedDeclaration[source.value=/^zod/]",
    message: "Do not hand zod on: its types would become a promise of this package.",
  },
  { selector: "ExportAllDeclaration", message: "Name what is exported: `export *` makes a promise of everything." },
  {
    selector: ":matches(ExportDefaultDeclaration, ExportSpecifier[exported.name='default'])",
    message: "Use a named export.",
  },
  {
    selector:
      ":matches(ImportDeclaration, " +
      "ExportNamedDeclaration)[source.value=/^\\.{1,2}\\u002F/]:not([source.value=/\\.js$/])",
    message: "Relative imports end in `.js`, which is what runs.",
  },
];

export default defineConfig(
  globalIgnores(["**/dist/", "**/coverage/", "**/test-results/", "**/node_modules/", "**/fixtures/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: typescript,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    // One program for all: each further one would read the same types again.
    languageOptions: { parserOptions: { project: "./tsconfig.lint.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "no-console": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/array-type": "off",
      // There are no enums, and it takes its time to see that.
      "@typescript-eslint/no-unsafe-enum-assignment": "off",
    },
  },
  {
    // Prettier breaks no strings and no comments.
    files: [...typescript, ...scripts],
    ignores: ["**/generated/**"],
    plugins: { "@stylistic": stylistic },
    rules: { "@stylistic/max-len": ["error", { code: 120, ignoreUrls: true, ignoreRegExpLiterals: true }] },
  },
  {
    // tsc reads these with `checkJs`: it knows better than a list of globals what is defined.
    files: scripts,
    rules: { "no-undef": "off" },
  },
  {
    files: sources,
    ignores: testsBesideSources,
    rules: { "no-restricted-syntax": ["error", ...forbiddenInSources] },
  },
  {
    files: sources,
    ignores: [...testsBesideSources, "**/generated/**"],
    rules: {
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // Programs that a person runs in a terminal, and pages that a developer looks into.
    files: ["examples/**", "bench/**"],
    rules: { "no-console": "off" },
  },
  {
    files: tests,
    rules: {
      "no-console": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-empty-function": "off",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
);
