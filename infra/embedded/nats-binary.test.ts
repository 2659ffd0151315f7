import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { natsConfig } from './nats.js';
import { acquireNatsServer, isAtLeast } from './nats-binary.js';

async function fakeServer(folder: string, version: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'nats-server');
  await writeFile(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  await chmod(path, 0o755);
  return path;
}

test('an empty PATH and an empty cache still give a nats-server of at least 2.9, and the next time the cached one', async (t) => {
  const lookup = { searchPath: '', systemFolders: [], cacheDir: await temporaryFolder(t) };
  // Two at once, as two test runs do on a new machine.
  const [first, second] = await Promise.all([acquireNatsServer(lookup), acquireNatsServer(lookup)]);
  t.true(isAtLeast(first.version, [2, 9]));
  t.deepEqual(second, first);
  t.deepEqual(await acquireNatsServer(lookup), first);
  const folder = join(lookup.cacheDir, 'nats-server', `${process.platform}-${process.arch}`);
  if (process.platform === 'linux') t.deepEqual(await readdir(folder), ['nats-server']);
});

test("a nats-server on PATH is preferred to the system's and the cached one", async (t) => {
  const folder = await temporaryFolder(t);
  const path = await fakeServer(join(folder, 'bin'), '2.12.1');
  await fakeServer(join(folder, 'sbin'), '2.11.0');
  const lookup = { searchPath: `/nowhere:${join(folder, 'bin')}`, systemFolders: [join(folder, 'sbin')] };
  t.deepEqual(await acquireNatsServer({ ...lookup, cacheDir: folder }), { path, version: '2.12.1' });
});

test('one that is too old, or does not run, is passed over', async (t) => {
  const folder = await temporaryFolder(t);
  await fakeServer(join(folder, 'old'), '2.8.4');
  const broken = await fakeServer(join(folder, 'broken'), '2.12.0');
  await writeFile(broken, 'not a program');
  const path = await fakeServer(join(folder, 'new'), '2.9.0');
  const searchPath = ['old', 'broken', 'new'].map((name) => join(folder, name)).join(':');
  const found = await acquireNatsServer({ searchPath, systemFolders: [], cacheDir: folder });
  t.deepEqual(found, { path, version: '2.9.0' });
});

test('only a server that knows the option is told to flush before it answers', (t) => {
  const config = (version: string) => natsConfig({ folder: '/data', port: 4_011, version });
  t.true(config('2.10.0').includes('sync_interval: always'));
  t.false(config('2.9.10').includes('sync_interval'));
});
