import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the sandbox's parties know of each other. Kept in the data folder, since the data depends on some of them. */
export type Secrets = {
  readonly emailKey: string;
  readonly tokenKey: string;
  readonly oauthKey: string;
  readonly postgresPassword: string;
  readonly operatorApiKey: string;
  readonly operatorClientId: string;
  readonly operatorClientSecret: string;
  readonly backofficeApiKey: string;
  readonly providerSecret: string;
  readonly pspSecret: string;
  readonly fastTrackApiKey: string;
};

const KEY_BYTES = 32;

/** Reads the folder's secrets; makes those that are missing, readable by their owner only. */
export async function loadSecrets(folder: string): Promise<Secrets> {
  const path = join(folder, 'secrets.json');
  const kept = JSON.parse(await readFile(path, 'utf8').catch(onlyIfMissing)) as Partial<Secrets>;
  const secrets = { ...freshSecrets(), ...kept };
  if (Object.keys(kept).length < Object.keys(secrets).length) {
    await writeFile(`${path}.new`, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
  return secrets;
}

function onlyIfMissing(error: NodeJS.ErrnoException): string {
  if (error.code !== 'ENOENT') throw error;
  return '{}';
}

function freshSecrets(): Secrets {
  const hex = () => randomBytes(KEY_BYTES).toString('hex');
  // The name shows where a secret came from, should one turn up where it does not belong.
  const sandbox = (name: string) => `sandbox-${name}-${hex()}`;
  return {
    emailKey: hex(),
    tokenKey: hex(),
    oauthKey: hex(),
    postgresPassword: hex(),
    operatorApiKey: sandbox('operator'),
    operatorClientId: 'fast-track',
    operatorClientSecret: sandbox('operator-client'),
    backofficeApiKey: sandbox('backoffice'),
    providerSecret: sandbox('provider'),
    pspSecret: sandbox('psp'),
    fastTrackApiKey: sandbox('fast-track'),
  };
}
