import { runRestoreCommand } from './command.js';

const line = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);

process.exitCode = 1;
void runRestoreCommand(process.argv.slice(2), process.env, {
  out: line(process.stdout),
  err: line(process.stderr),
  screen: process.stderr,
}).then((code) => {
  process.exitCode = code;
});
