import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'ava';
import { temporaryFolder } from '../../../infra/testing/temporary-folder.js';
import { claimFolder } from './claimed-folder.js';

test('who releases a folder, or restarts, has it again; two at a time have two', async (t) => {
  const dir = await temporaryFolder(t);
  const first = claimFolder(dir);
  const second = claimFolder(dir);
  t.deepEqual([basename(first.path), basename(second.path)], ['0', '1']);
  first.release();
  t.is(claimFolder(dir).path, first.path);
});

test('of many that start together over folders of the dead, each gets its own', async (t) => {
  const dir = await temporaryFolder(t);
  const module = new URL('./claimed-folder.js', import.meta.url).href;
  // Each claims at a word, and keeps its folder until it is killed.
  const code = `const { claimFolder } = await import(${JSON.stringify(module)});
    console.log('ready');
    process.stdin.once('data', () => console.log(claimFolder(${JSON.stringify(dir)}).path));`;
  for (let round = 0; round < 3; round += 1) {
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
    const kill = () => Promise.all(children.map(ended));
    t.teardown(kill);
    const lines = children.map(({ stdout }) => createInterface({ input: stdout })[Symbol.asyncIterator]());
    await Promise.all(lines.map((line) => line.next()));
    for (const { stdin } of children) stdin.write('go');
    const paths = await Promise.all(lines.map(async (line) => (await line.next()).value));
    t.is(new Set(paths).size, 6, paths.join(' '));
    await kill();
  }
});

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
