/** Random bytes are hardly ever so alike: a key of fewer different ones was typed, not drawn. */
const DIFFERENT_MIN = 8;
const SECRET_LENGTH_MIN = 32;

const HEX_KEYS = ['CROUPIER_EMAIL_KEY', 'CROUPIER_TOKEN_KEY', 'CROUPIER_OAUTH_KEY'];
const CALLERS = ['CROUPIER_PROVIDERS', 'CROUPIER_PSPS'];
/** The sandbox names its secrets, so that they are known wherever they turn up. */
const SANDBOX_SECRET = /\bsandbox-/;
const OURS = /^(CROUPIER|FT|OPERATOR|PROVIDER|PSP)_/;

/** How each server's address says that the connection is encrypted and the server's certificate checked. */
const SERVERS: { readonly [variable: string]: { readonly isSafe: (url: string) => boolean; readonly needs: string } } =
  {
    EVENTSTORE_URL: {
      isSafe: (url) => !/[?&](tls=(?!true(&|$))|tlsVerifyCert=(?!true(&|$)))/i.test(url),
      needs: 'no tls=false or tlsVerifyCert=false',
    },
    NATS_URL: {
      isSafe: (url) => url.split(',').every((server) => server.trim().startsWith('tls://')),
      needs: 'tls:// for each server',
    },
    POSTGRES_URL: { isSafe: (url) => /[?&]sslmode=verify-full(&|$)/.test(url), needs: 'sslmode=verify-full' },
    FT_BASE_URL: { isSafe: (url) => url.startsWith('https://'), needs: 'https://' },
  };

/**
 * What a production must not run with, each with the name of its variable and never its value: secrets of the sandbox,
 * keys that can be guessed, and connections in plain text unless `CROUPIER_PLAINTEXT=allow` says that the network is
 * private. Empty where NODE_ENV is anything else.
 */
export function productionFaults(env: { readonly [name: string]: string | undefined }): readonly string[] {
  if (env.NODE_ENV !== 'production') return [];
  const variables = Object.entries(env).flatMap(([name, value]) => (value ? [{ name, value }] : []));
  return [
    ...variables
      .filter(({ name, value }) => OURS.test(name) && SANDBOX_SECRET.test(value))
      .map(({ name }) => `${name}: holds a secret of the sandbox`),
    ...variables
      .filter(({ name, value }) => HEX_KEYS.includes(name) && differentBytes(Buffer.from(value, 'hex')) < DIFFERENT_MIN)
      .map(({ name }) => `${name}: is a weak key; draw 32 random bytes`),
    ...variables
      .filter(({ name, value }) => CALLERS.includes(name) && secretsIn(value).some(isWeak))
      .map(({ name }) => `${name}: has a weak secret; draw ${SECRET_LENGTH_MIN} random characters or more`),
    ...variables.flatMap(({ name, value }) => plaintextFaults(name, value, env.CROUPIER_PLAINTEXT === 'allow')),
    ...(env.NODE_TLS_REJECT_UNAUTHORIZED === '0'
      ? ['NODE_TLS_REJECT_UNAUTHORIZED: must not switch the check of certificates off']
      : []),
  ];
}

function plaintextFaults(name: string, value: string, isAllowed: boolean): readonly string[] {
  const server = Object.hasOwn(SERVERS, name) ? SERVERS[name] : undefined;
  if (server === undefined || server.isSafe(value) || isAllowed) return [];
  return [`${name}: needs ${server.needs}, or CROUPIER_PLAINTEXT=allow on a private network`];
}

function isWeak(secret: string): boolean {
  return secret.length < SECRET_LENGTH_MIN || differentBytes(Buffer.from(secret)) < DIFFERENT_MIN;
}

function differentBytes(bytes: Buffer): number {
  return new Set(bytes).size;
}

/** Whatever is in `[{"secrets":[…]}]`; what has another shape is the schema's to refuse. */
function secretsIn(json: string): readonly string[] {
  const found: string[] = [];
  try {
    JSON.parse(json, (key, value: unknown) => {
      if (key === 'secrets' && Array.isArray(value)) found.push(...value.map(String));
      return value;
    });
  } catch {
    return [];
  }
  return found;
}
