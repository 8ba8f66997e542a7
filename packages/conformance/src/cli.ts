import { main } from "./main.js";

const terminal = { out: (text: string) => void process.stdout.write(`${text}\n`), err: (text: string) => void process.stderr.write(`${text}\n`) };
void main(process.argv.slice(2), terminal).then((status) => {
  process.exitCode = status;
});
