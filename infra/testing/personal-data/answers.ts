import type { ReadyInfo } from '../../embedded/ready.js';
import type { Search } from './search.js';

/** Whom the routes are asked about. */
export type Asked = { readonly id: string; readonly token: string; readonly email: string };

/** Every route of the platform that reads, for everyone who may ask. Answers what each said, `status path`. */
export async function searchAnswers(search: Search, ready: ReadyInfo, { id, token, email }: Asked) {
  const operator = { 'X-Api-Key': ready.keys.operatorApiKey };
  const backoffice = { 'X-Api-Key': ready.keys.backofficeApiKey };
  const player = { Authorization: `Bearer ${token}` };
  const reads: readonly (readonly [path: string, headers: Record<string, string>])[] = [
    ...['user-details', 'player-blocks', 'consents'].map((path) => [`/operator/${path}/${id}`, operator] as const),
    ...['', '/balance', '/transactions', '/bonuses', '/payments', '/game-sessions', '/data'].map(
      (path) => [`/me${path}`, player] as const,
    ),
    [`/backoffice/players?email=${encodeURIComponent(email)}`, backoffice],
    ['/backoffice/players?limit=200', backoffice],
    [`/backoffice/players/${id}`, backoffice],
    [`/backoffice/players/${id}/timeline?limit=1000`, backoffice],
    ...['ledger', 'rounds', 'payments', 'bonuses', 'game-sessions'].map(
      (list) => [`/backoffice/players/${id}/${list}`, backoffice] as const,
    ),
    ['/backoffice/withdrawals', backoffice],
    ['/backoffice/withdrawals?status=approved', backoffice],
    ['/backoffice/lag', backoffice],
    ['/backoffice/ledger/end', backoffice],
    ['/backoffice/ledger/accounts?limit=1000', backoffice],
    ['/backoffice/ledger/trial-balance', backoffice],
    [`/backoffice/deliveries?player_id=${id}`, backoffice],
    ['/backoffice/lanes', backoffice],
    ['/backoffice/lanes?state=failing', backoffice],
  ];
  const said: string[] = [];
  for (const [path, headers] of reads) {
    const answer = await fetch(`${ready.gateway}${path}`, { headers });
    search.look(`the answer of ${path}`, await answer.text());
    said.push(`${answer.status} ${path}`);
  }
  for (const service of [ready.command, ready.query, ready.bridge]) {
    for (const path of ['/metrics', '/health/ready']) {
      search.look(`${path} of a service`, await (await fetch(`${service}${path}`)).text());
    }
  }
  return said;
}
