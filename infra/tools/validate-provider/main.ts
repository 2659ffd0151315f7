import { runValidateProvider } from './command.js';

const line = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);

process.exitCode = await runValidateProvider(process.argv.slice(2), process.env, {
  out: line(process.stdout),
  err: line(process.stderr),
});
