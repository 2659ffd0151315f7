import { z } from 'zod';
import { productionFaults } from './production.js';

/** What `process.env` is; passed in, so that a test can say what it holds. */
export type Env = { readonly [name: string]: string | undefined };

/**
 * Reads a service's configuration; in production, with more demands (`productionFaults`).
 * @throws Error that names every variable that is missing or wrong, but shows no value: some are secrets.
 */
export function readEnv<T>(schema: z.ZodType<T>, env: Env): T {
  const result = schema.safeParse(env);
  const unsafe = productionFaults(env);
  if (result.success && unsafe.length === 0) return result.data;
  const wrong = (result.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`the configuration is not usable:\n${[...wrong, ...unsafe].map((fault) => `  ${fault}`).join('\n')}`);
}

/** A TCP port; 0 takes a free one. An empty variable is none: it must not become 0. */
export const portVariable = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port, 0 to 65535')
  .transform(Number)
  .pipe(z.number().max(65_535));

/** A variable that holds JSON. */
export function jsonVariable<T>(schema: z.ZodType<T>) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue('is not JSON');
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** `[{"id":"fast-track","sha256":"<hex>"}]`: API keys, hashed; two of one id during a rotation, never more. */
export const apiKeysVariable = jsonVariable(
  z
    .array(z.object({ id: z.string().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .refine(hasTwoOfEachAtMost, 'a caller has at most two keys: the one it had, and the next'),
);

function hasTwoOfEachAtMost(keys: readonly { readonly id: string }[]): boolean {
  return keys.every(({ id }) => keys.filter((other) => other.id === id).length <= 2);
}

/** What every process reads. */
export const processVariables = {
  /** Never empty: Node would listen on every interface. */
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: portVariable,
  /** Both, and the process serves HTTPS; neither, and it serves HTTP. PEM; a renewed one is read at the next start. */
  TLS_CERTIFICATE_FILE: z.string().min(1).optional(),
  TLS_KEY_FILE: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
};
