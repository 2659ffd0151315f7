import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { lockDataFolder } from './data-folder.js';
import { claimEpoch, type RecordedServer } from './owner-file.js';
import { identify, type ProcessIdentity } from './process-identity.js';

async function startIdler(t: ExecutionContext): Promise<ProcessIdentity> {
  const idler = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  t.teardown(() => idler.kill('SIGKILL'));
  await once(idler, 'spawn');
  const identity = identify(idler.pid ?? 0);
  if (identity === undefined) throw new Error('the idler did not start');
  return identity;
}

/** As its owner left the folder when it was killed. */
async function abandon(folder: string, servers: Record<string, RecordedServer>): Promise<void> {
  const held = await lockDataFolder(folder);
  await held.release();
  await claimEpoch(join(folder, 'lock'), 2, { owner: { pid: process.pid, startedAt: 'long ago' }, servers });
}

test('a second owner is refused while the first one lives, and told what to do', async (t) => {
  const folder = await temporaryFolder(t);
  const held = await lockDataFolder(folder);
  await t.throwsAsync(lockDataFolder(folder), {
    name: 'DataFolderInUse',
    message: `the data folder ${folder} is in use by process ${process.pid}: stop that one, or choose another folder with CROUPIER_DATA_DIR`,
  });
  await held.release();
  await t.notThrowsAsync(lockDataFolder(folder));
});

test('the servers of a stale owner are ended before the folder is had', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startIdler(t);
  await abandon(folder, { nats: { ...server, stopSignal: 'SIGTERM' } });
  await lockDataFolder(folder);
  t.is(identify(server.pid), undefined);
});

test('a process that merely has the pid of a recorded server is left alone', async (t) => {
  const folder = await temporaryFolder(t);
  const stranger = await startIdler(t);
  await abandon(folder, { nats: { pid: stranger.pid, startedAt: 'long ago', stopSignal: 'SIGTERM' } });
  await lockDataFolder(folder);
  t.deepEqual(identify(stranger.pid), stranger);
});

test('of many that find a stale owner at once, one gets the folder', async (t) => {
  const folder = await temporaryFolder(t);
  await abandon(folder, {});
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataFolder(folder)));
  t.is(tries.filter(({ status }) => status === 'fulfilled').length, 1);
});

test("a new folder is its owner's only", async (t) => {
  const folder = join(await temporaryFolder(t), 'data');
  await lockDataFolder(folder);
  t.is((await stat(folder)).mode & 0o777, 0o700);
});
