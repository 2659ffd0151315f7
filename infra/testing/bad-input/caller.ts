import { z } from 'zod';
import { sign } from '../../../shared/http/signature.js';
import type { DocumentedRoute } from '../../../shared/http/testing/documented.js';
import type { Known } from '../../../shared/http/testing/schema-values.js';
import type { ReadyInfo } from '../../embedded/ready.js';
import { ask } from '../../sandbox/demo/api.js';
import { deposit, signUp } from '../../sandbox/demo/player.js';

export type Played = {
  readonly id: string;
  readonly token: string;
  readonly sessionId: string;
  /** What there is to name in a request about this player. */
  readonly known: Known;
  /** A bet that may be placed. */
  readonly bet: object;
};

/** Somebody with 100 EUR and an open game session. */
export async function playedPlayer(ready: ReadyInfo): Promise<Played> {
  const player = await signUp(ready, 'Jane');
  await deposit(ready, player, '100.00');
  const game = { provider: 'mock', game_id: 'slot_abc' };
  const { session_id } = await ask(z.object({ session_id: z.string() }), {
    ...{ method: 'POST', url: `${ready.gateway}/me/game-sessions`, token: player.token, json: game },
  });
  const { id, token } = player;
  const round = { session_id, game_id: 'slot_abc', round_id: 'r-1', amount: '1.00', currency: 'EUR' };
  return {
    ...{ id, token, sessionId: session_id },
    bet: { transaction_id: 't-1', player_id: id, ...round },
    known: {
      ...{ player_id: [id], user_id: [id], session_id: [session_id], bonus_code: ['welcome_bonus_50'] },
      ...{ game_id: ['slot_abc'], currency: ['EUR'], amount: ['1.00', '10'], round_id: ['r-1'] },
      ...{ provider: ['mock'], psp: ['fake'], bonus_id: ['welcome_bonus_50'], until: ['2999-01-01T00:00:00Z'] },
    },
  };
}

export type Asked = {
  readonly route: DocumentedRoute;
  readonly path: string;
  readonly body: Buffer | undefined;
  /** Right but for one character. */
  readonly spoilt: boolean;
};

/** The headers by which this route knows its caller. */
export function credentialsFor(
  { keys }: ReadyInfo,
  { token }: Played,
  { route, path, body = Buffer.alloc(0), spoilt }: Asked,
): readonly (readonly [string, string])[] {
  const shown = (secret: string) => (spoilt ? spoil(secret) : secret);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signed = (secret: string) =>
    [
      ['X-Timestamp', timestamp],
      ['X-Signature', shown(sign(secret, { timestamp, method: route.method, path, body }))],
    ] as const;
  const [scheme] = Object.keys(route.operation.security?.[0] ?? {});
  switch (scheme) {
    case 'providerSignature':
      return [['X-Provider-Id', keys.providerId], ...signed(keys.providerSecret)];
    case 'pspSignature':
      return [['X-Psp-Id', keys.pspId], ...signed(keys.pspSecret)];
    case 'backofficeKey':
      return [['X-Api-Key', shown(keys.backofficeApiKey)]];
    case 'operatorKey':
      return [['X-Api-Key', shown(keys.operatorApiKey)]];
    case 'playerToken':
      return [['Authorization', `Bearer ${shown(token)}`]];
    default:
      return [];
  }
}

/** In its middle: the last character of what is base64 may hold bits that say nothing. */
function spoil(secret: string): string {
  const at = secret.length >> 1;
  return secret.slice(0, at) + (secret[at] === 'a' ? 'b' : 'a') + secret.slice(at + 1);
}
