import { startStack } from '../embedded/stack.js';
import { stopRequest } from '../embedded/stop-request.js';
import { runSuite } from './run-suite.js';

/** `npm test`: one embedded stack for all test files, ava on it, and nothing left afterwards. Arguments go to ava: test files. */
const stop = stopRequest();
process.exitCode = await runSuite(process.argv.slice(2), stop, (folder) =>
  startStack({ dataDir: folder, signal: stop }),
);
