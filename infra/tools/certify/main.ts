import { stopRequest } from '../../embedded/stop-request.js';
import { runCertify } from './command.js';

const line = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);

// Whoever reads our output may go before us; that ends nothing.
process.stdout.on('error', () => {});
const terminal = { out: line(process.stdout), err: line(process.stderr), screen: process.stderr };
process.exit(await runCertify(process.argv.slice(2), process.env, terminal, stopRequest()));
