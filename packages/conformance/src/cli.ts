import { main } from "./main.js";

const terminal = {
  out: (text: string) => void process.stdout.write(`${text}\n`),
  err: (text: string) => void process.stderr.write(`${text}\n`),
};

// The reader of the output has gone, as with `head`.
process.stdout.on("error", () => process.exit(2));

process.once("SIGINT", () => {
  terminal.err("\nStopped before the end: rules not listed above were not checked.");
  process.exit(2);
});

void main(process.argv.slice(2), terminal).then((status) => {
  process.exitCode = status;
});
