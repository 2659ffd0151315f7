import { execFile } from 'node:child_process';
import { verdictOn } from './verdict.js';

// `npm run audit:dependencies`: asks the registry about known holes in what is installed for production.

execFile('npm', ['audit', '--omit=dev', '--json'], { maxBuffer: 64 * 1024 * 1024 }, (_, printed) => {
  const { code, lines } = verdictOn(printed);
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = code;
});
