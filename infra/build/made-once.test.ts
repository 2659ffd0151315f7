import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { madeOnce } from './made-once.mjs';

test('several that make the same folder at once find it whole, and leave nothing else', async (t) => {
  const parent = await temporaryFolder(t);
  const folder = join(parent, 'builds', 'abc');
  const make = async (unfinished: string) => {
    await writeFile(join(unfinished, 'first'), '1');
    await mkdir(join(unfinished, 'more'));
    await writeFile(join(unfinished, 'more', 'last'), '2');
  };
  const make5 = Array.from({ length: 5 }, async () => {
    await madeOnce(folder, make);
    return readFile(join(folder, 'more', 'last'), 'utf8');
  });
  t.deepEqual(await Promise.all(make5), ['2', '2', '2', '2', '2']);
  t.deepEqual(await readdir(join(parent, 'builds')), ['abc']);
  t.false(await madeOnce(folder, () => Promise.reject(new Error('it is there already'))));
});

test('what could not be made is not there, and is made the next time', async (t) => {
  const parent = await temporaryFolder(t);
  const folder = join(parent, 'abc');
  const failing = madeOnce(folder, async (unfinished) => {
    await writeFile(join(unfinished, 'first'), '1');
    throw new Error('no more space');
  });
  await t.throwsAsync(failing, { message: 'no more space' });
  t.deepEqual(await readdir(parent), []);
  t.true(await madeOnce(folder, () => Promise.resolve()));
  t.deepEqual(await readdir(parent), ['abc']);
});
