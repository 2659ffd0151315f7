import { join } from 'node:path';

/** Where things are in a data folder, and by the same names in a backup of it. */
export const EVENT_STORE = join('event-store', 'data');
export const CLUSTER = join('postgres', 'cluster');
export const SECRETS = 'secrets.json';

/** The message is for the person who asked; nothing was changed that was there before. */
export class BackupFailed extends Error {
  override readonly name = 'BackupFailed';
}
