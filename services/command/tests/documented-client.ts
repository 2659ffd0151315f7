import type { OpenApiDocument } from '../../../shared/http/openapi/document.js';
import { sign } from '../../../shared/http/signature.js';
import { type DocumentedRoute, documented } from '../../../shared/http/testing/documented.js';
import { type PlainAnswer, plainRequest } from '../../../shared/http/testing/plain-request.js';
import type { Known } from '../../../shared/http/testing/schema-values.js';
import {
  BACKOFFICE_KEY,
  commandService,
  OPERATOR_KEY,
  PROVIDER_SECRET,
  PSP_SECRET,
  type ReadyPlayer,
} from './command-client.js';

export type DocumentedRequest = {
  readonly route: DocumentedRoute;
  readonly path: string;
  readonly body?: Buffer;
  readonly headers?: readonly (readonly [string, string])[];
};

/** A command service in memory, with the document that it serves. */
export async function documentedCommand(t: Parameters<typeof commandService>[0]) {
  const command = await commandService(t);
  const document = JSON.parse((await command.send('/openapi.json', { method: 'GET' })).text) as OpenApiDocument;
  const held = documented(document);

  return {
    command,
    document,
    ...held,
    /** With the credentials that the route asks for, or those of another scheme. */
    send(
      { route, path, body, headers = [] }: DocumentedRequest,
      player: ReadyPlayer,
      scheme: Scheme | undefined = schemeOf(route),
    ): Promise<PlainAnswer> {
      const bare = path.split('?')[0] ?? '';
      const credentials = credentialsFor(scheme, route, bare, body ?? Buffer.alloc(0), player);
      return plainRequest(command.url, {
        ...{ method: route.method, path, headers: [...credentials, ...headers] },
        ...(body === undefined ? {} : { body }),
      });
    },
  };
}

export type DocumentedCommand = Awaited<ReturnType<typeof documentedCommand>>;

/** How callers show who they are. */
export const SCHEMES = ['providerSignature', 'pspSignature', 'backofficeKey', 'operatorKey', 'playerToken'] as const;

export type Scheme = (typeof SCHEMES)[number];

/** Undefined: anybody may ask. */
export function schemeOf({ operation }: DocumentedRoute): Scheme | undefined {
  const names = Object.keys(operation.security?.[0] ?? {});
  return SCHEMES.find((scheme) => names.includes(scheme));
}

function credentialsFor(
  scheme: Scheme | undefined,
  { method }: DocumentedRoute,
  path: string,
  body: Buffer,
  { token }: ReadyPlayer,
): readonly (readonly [string, string])[] {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signed = (secret: string) =>
    [
      ['X-Timestamp', timestamp],
      ['X-Signature', sign(secret, { timestamp, method, path, body })],
    ] as const;
  switch (scheme) {
    case 'providerSignature':
      return [['X-Provider-Id', 'mock'], ...signed(PROVIDER_SECRET)];
    case 'pspSignature':
      return [['X-Psp-Id', 'fake'], ...signed(PSP_SECRET)];
    case 'backofficeKey':
      return [['X-Api-Key', BACKOFFICE_KEY]];
    case 'operatorKey':
      return [['X-Api-Key', OPERATOR_KEY]];
    case 'playerToken':
      return [['Authorization', `Bearer ${token}`]];
    default:
      return [];
  }
}

/** What there is to name in a request about this player. */
export function knownOf({ playerId, sessionId }: ReadyPlayer): Known {
  return {
    player_id: [playerId],
    user_id: [playerId],
    bonus_code: ['welcome_bonus_50'],
    consents: [[{ type: 'email', opted_in: true }]],
    id: [playerId],
    session_id: [sessionId],
    game_id: ['slot_abc'],
    provider: ['mock'],
    psp: ['fake'],
    currency: ['EUR'],
    bonus_id: ['welcome_bonus_50'],
    amount: ['1.00', '0.01', '10', '5.00'],
    transaction_id: ['t-1', 't-2', 't-3', 't-4', 't-5', 't-6'],
    reference_transaction_id: ['t-1', 't-2', 't-3'],
    round_id: ['r-1', 'r-2'],
    until: ['2999-01-01T00:00:00Z'],
    metadata: [{}, { request_id: 'a' }],
  };
}

/** The path with its parameters filled in. */
export function pathOf(template: string, values: { readonly [name: string]: string }): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'x');
}
