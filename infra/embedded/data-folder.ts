import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { endProcess } from './end-process.js';
import { claimEpoch, newestOwnership, type Ownership, type RecordedServer, updateEpoch } from './owner-file.js';
import { identify, isRunning, type ProcessIdentity } from './process-identity.js';

const STALE_SERVER_GRACE_MS = 5_000;
const CLAIM_ATTEMPTS_MAX = 5;

export type DataFolder = {
  readonly path: string;
  /** Notes a server that runs on this folder, for an owner after us who finds us killed. */
  recordServer(name: string, server: RecordedServer): void;
  /** Gives the folder up; only after all its servers are gone. */
  release(): Promise<void>;
};

/** Another owner lives. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
  readonly ownerPid: number;

  constructor(path: string, ownerPid: number) {
    super(
      `the data folder ${path} is in use by process ${ownerPid}: stop that one, or choose another folder with CROUPIER_DATA_DIR`,
    );
    this.ownerPid = ownerPid;
  }
}

/** Makes this process the folder's only owner; servers of an owner that was killed are ended first. @throws DataFolderInUse */
export async function lockDataFolder(folder: string): Promise<DataFolder> {
  const path = resolve(folder);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const locks = join(path, 'lock');
  const self = identify(process.pid);
  if (self === undefined) throw new Error('this process cannot find its own start time');
  for (let attempt = 1; attempt <= CLAIM_ATTEMPTS_MAX; attempt += 1) {
    const { epoch, ownership } = await newestOwnership(locks);
    if (ownership.owner !== null && isRunning(ownership.owner)) throw new DataFolderInUse(path, ownership.owner.pid);
    // The old servers stay on record until they are gone: we may be killed while we end them.
    if (!(await claimEpoch(locks, epoch + 1, { owner: self, servers: ownership.servers }))) continue;
    await endServers(ownership);
    return ownedFolder(path, locks, epoch + 1, self);
  }
  throw new Error(`the data folder ${path} was taken by others again and again`);
}

function ownedFolder(path: string, locks: string, epoch: number, self: ProcessIdentity): DataFolder {
  const servers: Record<string, RecordedServer> = {};
  let written = Promise.resolve();
  const write = (owner: ProcessIdentity | null) => {
    const ownership: Ownership = { owner, servers: owner === null ? {} : { ...servers } };
    written = written.catch(() => {}).then(() => updateEpoch(locks, epoch, ownership));
    return written;
  };
  return {
    path,
    recordServer(name, server) {
      servers[name] = server;
      // Only a net under the guards: a folder that cannot be written to stops nothing that runs.
      write(self).catch(() => {});
    },
    release: () => write(null),
  };
}

async function endServers({ servers }: Ownership): Promise<void> {
  await Promise.all(
    Object.values(servers).map((server) => endProcess(server, server.stopSignal, STALE_SERVER_GRACE_MS)),
  );
}
