import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Credential } from '../../../shared/events/email-events.js';

const deriveKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

// OWASP's password storage cheat sheet: N = 2^15, r = 8, p = 3 takes 32 MiB; kept with each hash, so it can be raised.
const COST = 2 ** 15;
const BLOCK_SIZE = 8;
const PARALLELIZATION = 3;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** Hashes a password with a fresh salt. */
export async function hashPassword(password: string): Promise<Credential> {
  const parameters = { cost: COST, blockSize: BLOCK_SIZE, parallelization: PARALLELIZATION };
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, parameters);
  return { algorithm: 'scrypt', ...parameters, salt: salt.toString('base64'), hash: hash.toString('base64') };
}

/** True when this is the password. Without a credential it takes as long and is false: the time tells nobody who exists. */
export async function isPassword(password: string, credential: Credential | undefined): Promise<boolean> {
  const { salt, hash, ...parameters } = credential ?? (await absent);
  const derived = await derive(password, Buffer.from(salt, 'base64'), parameters);
  return timingSafeEqual(derived, Buffer.from(hash, 'base64')) && credential !== undefined;
}

const absent = hashPassword(randomBytes(16).toString('hex'));

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
