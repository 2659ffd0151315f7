import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What a TLS server shows (PEM), and the key it proves it with. */
export type Certified = { readonly cert: string; readonly key: string };

export type CertificateTerms = {
  readonly name: string;
  /** The address that it is good for. */
  readonly ip?: string;
  readonly notAfter?: Date;
};

export type Authority = {
  /** PEM, for whoever shall believe it. */
  readonly ca: string;
  issue(terms: CertificateTerms): Certified;
};

const DAY_MS = 86_400_000;

const SEQUENCE = 0x30;
const ECDSA_SHA256 = der(SEQUENCE, oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const TRUE = Buffer.from([0x01, 0x01, 0xff]);

/** An authority that nobody believes unless told to. Node reads certificates but makes none: these are written in DER. */
export function createAuthority(name: string): Authority {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const isAuthority = extension(oid(0x55, 0x1d, 0x13), der(SEQUENCE, TRUE));
  return {
    ca: certificate({ name }, own.publicKey, [isAuthority], name, own.privateKey),
    issue(terms) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const addresses = (terms.ip ?? '').split('.').map(Number);
      const isFor = extension(oid(0x55, 0x1d, 0x11), der(SEQUENCE, der(0x87, Buffer.from(addresses))));
      return {
        cert: certificate(terms, publicKey, terms.ip === undefined ? [] : [isFor], name, own.privateKey),
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

/** RFC 5280, section 4.1. */
function certificate(
  { name, notAfter = new Date(Date.now() + DAY_MS) }: CertificateTerms,
  publicKey: KeyObject,
  extensions: readonly Buffer[],
  issuer: string,
  issuerKey: KeyObject,
): string {
  const content = der(
    SEQUENCE,
    der(0xa0, integer(2)),
    der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(8)])),
    ECDSA_SHA256,
    commonName(issuer),
    der(SEQUENCE, time(new Date(notAfter.getTime() - 10 * DAY_MS)), time(notAfter)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, ...extensions)),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', content, issuerKey));
  const base64 = der(SEQUENCE, content, ECDSA_SHA256, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

function commonName(name: string): Buffer {
  return der(SEQUENCE, der(0x31, der(SEQUENCE, oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from(name)))));
}

function extension(id: Buffer, value: Buffer): Buffer {
  return der(SEQUENCE, id, TRUE, der(0x04, value));
}

/** UTCTime: YYMMDDHHMMSSZ. */
function time(date: Date): Buffer {
  return der(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/\D/g, '')}Z`));
}

function integer(value: number): Buffer {
  return der(0x02, Buffer.from([value]));
}

/** Its bytes as they stand in DER. */
function oid(...bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

/** Tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}
