import { stopRequest } from '../../embedded/stop-request.js';
import { runRebuildCommand } from './command.js';

const line = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);

process.exitCode = 1;
const terminal = { out: line(process.stdout), err: line(process.stderr), screen: process.stderr };
void runRebuildCommand(process.argv.slice(2), process.env, terminal, stopRequest()).then((code) => process.exit(code));
