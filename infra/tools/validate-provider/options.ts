import { parseArgs } from 'node:util';
import type { Env } from '../../../shared/config/env.js';
import { isCallerId } from '../../../shared/ids/ids.js';
import { exponentOf } from '../../../shared/money/currencies.js';
import { parseAmount } from '../../../shared/money/money.js';

/** What was asked cannot be done as it was asked; the message is for the person who did. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Options = {
  readonly host: string;
  readonly port: number;
  readonly provider: { readonly id: string; readonly secret: string };
  readonly gameId: string;
  readonly currency: string;
  readonly stake: string;
  /** Without one, a person plays the rounds. */
  readonly trigger: { readonly url: string; readonly body: string } | undefined;
  readonly patienceMs: number;
  readonly quietMs: number;
  readonly outFolder: string;
};

export const HELP = `npm run validate-provider -- [options]: plays Croupier's wallet to a game provider, well and badly, and judges
what the provider does (docs/provider-api.md). Nothing of Croupier needs to run, and no money is real.

  1. Point your integration at http://HOST:PORT, with your provider id and the secret.
  2. Run this. It asks your system for rounds by POST to --trigger, or you by name, without one.

  --trigger URL         is asked for each round; {game_id} in it is filled in
  --trigger-body JSON   with {player_id}, {session_id}, {game_id}, {stake} and {currency} filled in
                        (default {"player_id":"{player_id}","session_id":"{session_id}","stake":"{stake}","currency":"{currency}"})
  --provider ID         your provider id (default mock); its secret is in CROUPIER_PROVIDER_SECRET, 16 characters or more
  --game ID             the game that is played (default slot_abc)
  --stake AMOUNT        (default 1.00)     --currency CODE   (default EUR)
  --host, --port        where your system finds the wallet (default 127.0.0.1, 4090)
  --patience SECONDS    how long something may be owed before it counts as given up (default 60; by hand 300)
  --quiet SECONDS       how long to listen for calls that should not come (default 3)
  --out DIR             where provider-validation.json goes (default .out)
`;

const DEFAULT_BODY =
  '{"player_id":"{player_id}","session_id":"{session_id}","stake":"{stake}","currency":"{currency}"}';
const SECRET_LENGTH_MIN = 16;

const text = { type: 'string' } as const;
const OPTIONS = {
  trigger: text,
  'trigger-body': text,
  provider: text,
  game: text,
  stake: text,
  currency: text,
  host: text,
  port: text,
  patience: text,
  quiet: text,
  out: text,
  help: { type: 'boolean', short: 'h' },
} as const;

/** @throws UsageError; `help` is answered by the caller. */
export function readOptions(args: readonly string[], env: Env): Options | 'help' {
  const values = parsed(args);
  if (values.help === true) return 'help';
  const { provider = 'mock', game = 'slot_abc', currency = 'EUR', stake = '1.00', trigger } = values;
  const secret = env.CROUPIER_PROVIDER_SECRET ?? '';
  if (secret.length < SECRET_LENGTH_MIN) {
    throw new UsageError(`CROUPIER_PROVIDER_SECRET needs ${SECRET_LENGTH_MIN} characters or more`);
  }
  for (const [name, id] of Object.entries({ provider, game })) {
    if (!isCallerId(id)) throw new UsageError(`--${name} must be 1 to 128 printable ASCII characters`);
  }
  if (exponentOf(currency) === undefined) throw new UsageError(`--currency ${currency} is not in ISO 4217`);
  if (!parseAmount(stake, currency).ok) throw new UsageError(`--stake ${stake} is no amount of ${currency}`);
  if (trigger !== undefined && !URL.canParse(trigger)) throw new UsageError(`--trigger ${trigger} is no URL`);
  return {
    ...{ provider: { id: provider, secret }, gameId: game, currency, stake },
    host: values.host ?? '127.0.0.1',
    port: numberOf('port', values.port ?? '4090', 65_535),
    trigger: trigger === undefined ? undefined : { url: trigger, body: values['trigger-body'] ?? DEFAULT_BODY },
    patienceMs: 1_000 * numberOf('patience', values.patience ?? (trigger === undefined ? '300' : '60'), 86_400),
    quietMs: 1_000 * numberOf('quiet', values.quiet ?? '3', 86_400),
    outFolder: values.out ?? '.out',
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function numberOf(name: string, value: string, max: number): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > max) throw new UsageError(`--${name} must be a number, 0 to ${max}`);
  return Number(value);
}
