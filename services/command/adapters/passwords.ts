import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Credential } from '../../../shared/events/email-events.js';
import { createHashingLine, type HashingLine } from './hashing-line.js';

const deriveKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** OWASP's password storage cheat sheet: N = 2^15, r = 8, p = 3 takes 32 MiB. */
export const PASSWORD_COST = 2 ** 15;
const BLOCK_SIZE = 8;
const PARALLELIZATION = 3;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** `caller` is aborted when nobody waits for the answer any more. @throws HashingBusy, CallerGone */
export type Passwords = {
  /** Hashes a password with a fresh salt. */
  hash(password: string, caller?: AbortSignal): Promise<Credential>;
  /** True when this is the password. Without a credential it takes as long and is false: the time tells nobody who exists. */
  isPassword(password: string, credential: Credential | undefined, caller?: AbortSignal): Promise<boolean>;
};

/** `cost` is scrypt's N, a power of two. It is kept with each hash, so it can be raised at any time. */
export function createPasswords(cost: number, line: HashingLine = createHashingLine()): Passwords {
  const absent = hash(randomBytes(16).toString('hex'));
  return {
    hash: (password, caller) => line.run(() => hash(password), caller),
    async isPassword(password, credential, caller) {
      const { salt, hash: expected, ...parameters } = credential ?? (await absent);
      const derived = await line.run(() => derive(password, Buffer.from(salt, 'base64'), parameters), caller);
      return timingSafeEqual(derived, Buffer.from(expected, 'base64')) && credential !== undefined;
    },
  };

  async function hash(password: string): Promise<Credential> {
    const parameters = { cost, blockSize: BLOCK_SIZE, parallelization: PARALLELIZATION };
    const salt = randomBytes(SALT_BYTES);
    const derived = await derive(password, salt, parameters);
    return { algorithm: 'scrypt', ...parameters, salt: salt.toString('base64'), hash: derived.toString('base64') };
  }
}

function derive(
  password: string,
  salt: Buffer,
  { cost, blockSize, parallelization }: Pick<Credential, 'cost' | 'blockSize' | 'parallelization'>,
): Promise<Buffer> {
  const maxmem = 256 * cost * blockSize;
  return deriveKey(password.normalize('NFKC'), salt, KEY_BYTES, {
    N: cost,
    r: blockSize,
    p: parallelization,
    maxmem,
  });
}
