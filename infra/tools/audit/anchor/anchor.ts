import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import type { Json } from '../../../../shared/event-store/event-store.js';
import { canonicalJson } from '../../../../shared/events/canonical-json.js';
import { EMAIL_STREAMS, PROFILE_STREAMS } from '../../../../shared/ids/streams.js';
import type { Witness } from '../ledger/witnesses.js';
import type { StreamHead } from '../parts/part-task.js';

// An anchor is kept where nobody who can write to the event store can write: whoever rewrites a stream, hashes and read
// models and all, cannot rewrite what was signed before.

/** The anchor, its signature or its key is not what it must be. The message is for a person. */
export class BadAnchor extends Error {
  override readonly name = 'BadAnchor';
}

const FORMAT = 'croupier-anchor-1';

const headSchema = z.strictObject({
  stream: z.string().min(1),
  revision: z.number().int().nonnegative(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  player: z.string().optional(),
});

const anchorSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** When it was made; ISO 8601. */
  time: z.string(),
  /** Where the ledger ended. */
  position: z.string().regex(/^\d+$/),
  heads: z.array(headSchema),
  /** Ed25519 over the canonical JSON (RFC 8785) of all else; base64. */
  signature: z.string(),
});

export type Anchor = z.infer<typeof anchorSchema>;

export function makeAnchor(
  {
    time,
    position,
    heads,
  }: { readonly time: string; readonly position: bigint; readonly heads: readonly StreamHead[] },
  privateKeyPem: string,
): Anchor {
  const sorted = [...heads].sort((one, other) => (one.stream < other.stream ? -1 : 1));
  const body = { format: FORMAT, time, position: String(position), heads: sorted } as const;
  const signature = sign(null, bytesOf(body), privateKeyOf(privateKeyPem)).toString('base64');
  return { ...body, heads: sorted, signature };
}

/** @throws BadAnchor when it is no anchor, or was not signed, as it stands, with that key's private half */
export function readAnchor(text: string, publicKeyPem: string): Anchor {
  const key = publicKeyOf(publicKeyPem);
  const parsed = anchorSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw new BadAnchor('it is no anchor, or not a whole one');
  const { signature, ...body } = parsed.data;
  if (!verify(null, bytesOf(body), key, Buffer.from(signature, 'base64'))) {
    throw new BadAnchor('its signature is not that of this key: it was changed, or signed with another key');
  }
  return parsed.data;
}

/** Each head as something that the streams must still hold. A forgotten player's data is gone for good reason. */
export function witnessesOf({ heads }: Anchor): readonly Witness[] {
  return heads.map(({ stream, revision, hash, player }) => {
    const place = { check: 'anchor', stream, revision, hash } as const;
    if (stream.startsWith(PROFILE_STREAMS)) return { ...place, unlessForgotten: stream.slice(PROFILE_STREAMS.length) };
    return stream.startsWith(EMAIL_STREAMS) ? { ...place, unlessForgotten: player ?? '?' } : place;
  });
}

/** A new pair of keys, in PEM. */
export function newKeys(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** @throws BadAnchor */
export function privateKeyOf(pem: string): KeyObject {
  return ed25519(() => createPrivateKey(pem), 'private');
}

function publicKeyOf(pem: string): KeyObject {
  // From a private key Node would derive the public one, and nobody would notice that the secret lies about.
  if (pem.includes('PRIVATE KEY')) throw new BadAnchor('the public key is asked for, and this is a private one');
  return ed25519(() => createPublicKey(pem), 'public');
}

function ed25519(read: () => KeyObject, half: 'private' | 'public'): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new BadAnchor(`the ${half} key cannot be read: a PEM block of an Ed25519 key is needed`);
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new BadAnchor(`the ${half} key is ${key.asymmetricKeyType}, not Ed25519`);
  return key;
}

function bytesOf(body: Omit<Anchor, 'signature'>): Buffer {
  // As it is in the file: members that are undefined are none.
  const json: Json = JSON.parse(JSON.stringify(body));
  return Buffer.from(canonicalJson(json), 'utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadAnchor('it is not JSON');
  }
}
