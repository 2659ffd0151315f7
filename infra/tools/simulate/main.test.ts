import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { nodeCommand } from '../../embedded/node-process.js';
import { temporaryFolder } from '../../testing/temporary-folder.js';
import { parseOptions } from './options.js';
import type { SimulationReport } from './simulate.js';

const [NODE, ...WORDS] = nodeCommand('infra/tools/simulate/main.ts');

test('a seed is run, and its last line is its result; the report is in the folder', async (t) => {
  const out = await temporaryFolder(t);
  const { code, lines, error } = await run('--seed', '7', '--steps', '60', '--out', out);
  t.is(error, '');
  t.is(code, 0);
  t.is(lines[0], 'seed 7');
  t.regex(lines.at(-1) ?? '', /^The simulation holds: 60 steps of 1 seeds .* \(trace [0-9a-f]{16}\)\.$/);
  const report = JSON.parse(await readFile(join(out, 'simulate.json'), 'utf8')) as SimulationReport;
  t.like(report, { ok: true, seeds: 1, steps: 60, failure: null });
  t.true((lines.at(-1) ?? '').includes(report.trace));
});

test('what it does not know is answered with one sentence and exit code 1', async (t) => {
  const { code, lines, error } = await run('--sede', '7');
  t.is(code, 1);
  t.deepEqual(lines, ['']);
  t.regex(error, /^The simulation failed: .*--sede/);
  t.is(error.trimEnd().split('\n').length, 1);
});

test('--help says what it does', async (t) => {
  const { code, lines } = await run('--help');
  t.is(code, 0);
  t.regex(lines.join('\n'), /^npm run simulate: .*--seed N.*--mutants/s);
});

test('without options: fixed seeds, then fresh ones for a while', (t) => {
  t.deepEqual(parseOptions([]), {
    ...{ seed: undefined, steps: 1_000, seeds: 20, seconds: 20, out: '.out' },
    ...{ mutants: false, only: '', shrink: true, help: false },
  });
  t.like(parseOptions(['--mutants']), { mutants: true, seeds: 120 });
  t.like(parseOptions(['--seed', '0', '--steps', '5']), { seed: 0, steps: 5 });
  t.like(parseOptions(['--seed', '4294967295', '--seconds', '0']), { seed: 4_294_967_295, seconds: 0 });
});

for (const args of [
  ['--seed', '-1'],
  ['--seed', '4294967296'],
  ['--seed', 'x'],
  ['--seed', ''],
  ['--seed', '1.5'],
  ['--seed', '1e3'],
  ['--seed'],
  ['--steps', '0'],
  ['--steps', '1000001'],
  ['--seconds', '86401'],
  ['--seeds', 'all'],
  ['--out', ''],
  ['--mutants', 'some'],
  ['surplus'],
]) {
  test(`${JSON.stringify(args)} is refused`, (t) => {
    t.throws(() => parseOptions(args));
  });
}

async function run(...args: readonly string[]) {
  const child = spawn(NODE, [...WORDS, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: code as unknown, lines: out.trimEnd().split('\n'), error };
}
