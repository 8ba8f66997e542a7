import { main } from "./main.js";

const terminal = {
  out: (text: string) => void process.stdout.write(`${text}\n`),
  err: (text: string) => void process.stderr.write(`${text}\n`),
};

// Who read the lines has gone, as `head` does: nobody is there to be told more.
process.stdout.on("error", () => process.exit(2));

process.once("SIGINT", () => {
  terminal.err("\nStopped before the end: what is not above was not judged.");
  process.exit(2);
});

void main(process.argv.slice(2), terminal).then((status) => {
  process.exitCode = status;
});
