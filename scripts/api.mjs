import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { buildStale } from "./lib/build.mjs";
import { packageFolders } from "./lib/install.mjs";
import { root } from "./lib/paths.mjs";
import { say } from "./lib/say.mjs";

/**
 * Writes the public API of each package into `packages/NAME/NAME.api.md`, and of each subpath into one more file, so
 * that a diff shows every change of it. With `--check` nothing is written, and a report that is out of date is an
 * error.
 */
const check = process.argv.includes("--check");
const packages = packageFolders().filter((folder) => relative(root, folder).startsWith("packages"));
const built = await buildStale(packages.map((folder) => manifestOf(folder).name));
const current = built && packages.flatMap(entryPoints).map(report).every(Boolean);
process.exitCode = current ? 0 : 1;

/**
 * @typedef {object} EntryPoint
 * @property {string} folder
 * @property {string} name Of the report.
 * @property {string} types Absolute.
 */

/** @param {string} folder @returns {EntryPoint[]} What can be imported from a package, without its package.json. */
function entryPoints(folder) {
  return Object.entries(manifestOf(folder).exports).flatMap(([subpath, target]) => {
    const types = target?.import?.types;
    return typeof types === "string"
      ? [{ folder, name: `${basename(folder)}${subpath.slice(1).replaceAll("/", "-")}`, types: join(folder, types) }]
      : [];
  });
}

/** @param {string} folder @returns {{ name: string, exports: Record<string, { import?: { types?: string } }> }} */
function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

/** @param {EntryPoint} entry @returns {boolean} Whether the report is up to date now. */
function report({ folder, name, types }) {
  const temporary = join(root, "node_modules", ".cache", "api", name);
  mkdirSync(temporary, { recursive: true });
  const file = join(folder, `${name}.api.md`);
  const missing = !existsSync(file);
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: types,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: "ES2022",
            lib: ["ES2022", "DOM", "DOM.Iterable"],
            module: "ESNext",
            moduleResolution: "bundler",
            customConditions: [],
            strict: true,
            skipLibCheck: true,
            types: [],
          },
          include: [types],
        },
      },
      apiReport: { enabled: true, reportFileName: `${name}.api.md`, reportFolder: folder, reportTempFolder: temporary },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: "lf",
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.None },
          // A type that users meet and cannot name: the report shows it.
          "ae-forgotten-export": { logLevel: ExtractorLogLevel.None, addToApiReportFile: true },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, "package.json"),
  });
  const { apiReportChanged, errorCount } = Extractor.invoke(config, {
    localBuild: !check,
    showVerboseMessages: false,
    messageCallback: (message) => {
      message.handled = true;
      if (message.logLevel === ExtractorLogLevel.Error) say(`${name}: ${message.text}`);
    },
  });
  const shown = relative(root, file);
  if (errorCount > 0) say(`${shown}: ${errorCount} errors, see above.`);
  else if (check && (apiReportChanged || missing))
    say(`${shown} is out of date: run \`npm run api\`, read the difference and commit it.`);
  else if (apiReportChanged || missing) say(`${shown} written.`);
  return errorCount === 0 && !(check && (apiReportChanged || missing));
}
