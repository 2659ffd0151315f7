import { parseArgs } from 'node:util';
import { parsePlayerId } from '../../../shared/ids/ids.js';

/** What was asked cannot be done as it was asked; the message is for the person who did. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type AuditCommand = {
  readonly command: 'audit';
  readonly at: string | undefined;
  readonly player: string | undefined;
  readonly after: bigint | undefined;
  /** Where to write an anchor; the key is a PEM file, or in the environment. */
  readonly anchor: string | undefined;
  readonly keyFile: string | undefined;
  readonly against: { readonly anchorFile: string; readonly publicKeyFile: string } | undefined;
  readonly output: 'tables' | 'csv' | 'json';
  readonly outFolder: string;
  readonly readModels: boolean;
  /** For a program that started the audit: how far it is, in lines on standard error. */
  readonly progressLines: boolean;
};

export type Command =
  | AuditCommand
  | { readonly command: 'new-key'; readonly file: string }
  | { readonly command: 'help' };

export const HELP = `npm run audit -- [options]

  --at TIME            trial balance of what was recorded up to then (ISO 8601 with a zone, e.g. 2026-01-31T23:59:59Z)
  --player ID          one player's streams only
  --from POSITION      only what comes after a position; what lies before is taken as given
  --no-read-models     leave Postgres alone
  --anchor FILE        write a signed list of where every stream ends (key: --key FILE, or CROUPIER_ANCHOR_KEY)
  --against FILE       check that every head in such a list is still in the streams (--public-key FILE)
  --new-key FILE       make a key to sign with, and print its public key; nothing else
  --csv | --json       print the trial balance as CSV, or everything as JSON, instead of tables
  --progress           say on standard error how far it is, a line of JSON at a time
  --out DIR            where audit.json and trial-balance.csv go (default .out/)`;

const OPTIONS = {
  at: { type: 'string' },
  player: { type: 'string' },
  from: { type: 'string' },
  anchor: { type: 'string' },
  key: { type: 'string' },
  'new-key': { type: 'string' },
  against: { type: 'string' },
  'public-key': { type: 'string' },
  csv: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
  'no-read-models': { type: 'boolean', default: false },
  progress: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parsed>;

/** @throws UsageError */
export function readOptions(args: readonly string[]): Command {
  const values = parsed(args);
  for (const [name, value] of Object.entries(values)) {
    if (value === '') throw new UsageError(`--${name} needs a value`);
  }
  if (values.help) return { command: 'help' };
  if (values['new-key'] !== undefined) {
    if (args.length > 2) throw new UsageError('--new-key only makes a key: give it alone');
    return { command: 'new-key', file: values['new-key'] };
  }
  refuseTogether(values);
  return {
    command: 'audit',
    at: values.at === undefined ? undefined : timeOf(values.at),
    player: values.player === undefined ? undefined : playerOf(values.player),
    after: values.from === undefined ? undefined : positionOf(values.from),
    anchor: values.anchor,
    keyFile: values.key,
    against: againstOf(values),
    output: values.csv ? 'csv' : values.json ? 'json' : 'tables',
    outFolder: values.out ?? '.out',
    readModels: !values['no-read-models'],
    progressLines: values.progress,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)} (see --help)`);
  }
}

function refuseTogether(values: Values): void {
  if (values.csv && values.json) throw new UsageError('--csv and --json: choose one');
  if (values.key !== undefined && values.anchor === undefined)
    throw new UsageError('--key signs an --anchor: name one');
  const narrowing = (['at', 'player', 'from'] as const).filter((name) => values[name] !== undefined);
  if (values.anchor !== undefined && narrowing.length > 0) {
    throw new UsageError(`--anchor is of the whole ledger: leave out --${narrowing.join(' and --')}`);
  }
  if (values.from !== undefined && values.at !== undefined) {
    throw new UsageError('--at needs the whole ledger up to then: leave out --from');
  }
}

function againstOf({ against, 'public-key': publicKey }: Values): AuditCommand['against'] {
  if (against === undefined && publicKey === undefined) return undefined;
  if (against === undefined) throw new UsageError('--public-key checks an anchor: name it with --against');
  if (publicKey === undefined)
    throw new UsageError('--against needs the public key that checks the anchor: --public-key FILE');
  return { anchorFile: against, publicKeyFile: publicKey };
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** In UTC with milliseconds, as times are recorded, so that they compare as text. */
function timeOf(text: string): string {
  // A day that its month does not have would be read as one of the next.
  const milliseconds = TIME.test(text) && isCalendarDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    throw new UsageError(`--at ${text}: not a time such as 2026-01-31T23:59:59Z (the zone is needed)`);
  }
  return new Date(milliseconds).toISOString();
}

function isCalendarDay(day: string): boolean {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
}

function playerOf(text: string): string {
  const playerId = parsePlayerId(text);
  if (playerId === undefined) throw new UsageError(`--player ${text}: not a player id`);
  return playerId;
}

function positionOf(text: string): bigint {
  if (!/^\d{1,19}$/.test(text))
    throw new UsageError(`--from ${text}: not a position (a whole number, as in audit.json)`);
  return BigInt(text);
}
