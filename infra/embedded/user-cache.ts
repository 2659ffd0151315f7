import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this user's downloaded or copied binaries are kept between runs. */
export function userCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'croupier');
}
