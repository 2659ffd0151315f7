import { parseArgs } from 'node:util';
import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';

/** What was asked cannot be done as it was asked; the message is for the person who did. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'parked' | 'retrying' }
  | { readonly name: 'lane' | 'retry'; readonly player: PlayerId }
  | { readonly name: 'skip'; readonly player: PlayerId; readonly revision: number; readonly reason: string }
  | { readonly name: 'replay'; readonly player: PlayerId; readonly range: Range }
  | { readonly name: 'decisions'; readonly player: PlayerId | undefined };

/** As the operations API takes it. */
export type Range = { readonly [name: string]: number | string };

export type Options = { readonly command: Command; readonly url: string | undefined };

export const HELP = `npm run deliveries -- <command>: what Fast Track has not heard, and what to do about it (docs/delivery.md).

  parked                      players whose delivery stands still until somebody decides
  retrying                    players whose next message failed and will be sent again
  lane PLAYER                 one player's lane, and its failed requests
  retry PLAYER                try at once; also when parked
  skip PLAYER REVISION --reason "…"
                              Fast Track never hears of this event; the reason is kept for ever
  replay PLAYER [--from A] [--to B]
                              send again what was delivered: from a revision or a time to another (2026-01-31T23:59:59Z)
  decisions [PLAYER]          what was decided, by whom and why

  --url URL                   the bridge, with its key in CROUPIER_BACKOFFICE_KEY; else the platform that runs on
                              CROUPIER_DATA_DIR (default .data)
`;

const OPTIONS = {
  reason: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  url: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parsed>['values'];

/** What each command takes beside its name. */
const SHAPES: {
  readonly [name: string]: {
    readonly args: readonly [min: number, max: number];
    readonly flags: readonly (keyof Values)[];
  };
} = {
  parked: { args: [0, 0], flags: [] },
  retrying: { args: [0, 0], flags: [] },
  lane: { args: [1, 1], flags: [] },
  retry: { args: [1, 1], flags: [] },
  skip: { args: [2, 2], flags: ['reason'] },
  replay: { args: [1, 1], flags: ['from', 'to'] },
  decisions: { args: [0, 1], flags: [] },
};

/** @throws UsageError */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parsed(args);
  if (values.help === true) return { command: { name: 'help' }, url: undefined };
  const [name = '', ...rest] = positionals;
  const shape = Object.hasOwn(SHAPES, name) ? SHAPES[name] : undefined;
  if (shape === undefined) throw new UsageError(name === '' ? 'it needs a command' : `there is no command ${name}`);
  if (rest.length < shape.args[0] || rest.length > shape.args[1]) {
    throw new UsageError(`${name} takes ${countsOf(shape.args)} after its name, and was given ${rest.length}`);
  }
  for (const flag of ['reason', 'from', 'to'] as const) {
    if (values[flag] !== undefined && !shape.flags.includes(flag)) throw new UsageError(`${name} takes no --${flag}`);
  }
  return { command: commandOf(name, rest, values), url: values.url };
}

function commandOf(name: string, [first, second]: readonly string[], values: Values): Command {
  switch (name) {
    case 'parked':
    case 'retrying':
      return { name };
    case 'lane':
    case 'retry':
      return { name, player: playerOf(first) };
    case 'skip':
      return { name, player: playerOf(first), revision: revisionOf(second), reason: reasonOf(values.reason) };
    case 'replay':
      return { name, player: playerOf(first), range: { ...end('from', values.from), ...end('to', values.to) } };
    case 'decisions':
      return { name, player: first === undefined ? undefined : playerOf(first) };
    default:
      throw new Error(`${name} is in the table of commands and is none`);
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function countsOf([min, max]: readonly [number, number]): string {
  return min === max ? `${min}` : `${min} to ${max}`;
}

function playerOf(text: string | undefined): PlayerId {
  const player = parsePlayerId(text ?? '');
  if (player === undefined) throw new UsageError(`${text} is no player id`);
  return player;
}

function revisionOf(text = ''): number {
  if (!/^\d{1,10}$/.test(text)) throw new UsageError(`${text} is no revision`);
  return Number(text);
}

function reasonOf(text = ''): string {
  if (text.trim() === '') throw new UsageError('skip needs a --reason: it is kept for ever');
  return text;
}

/** A whole number is a revision; whatever else, the bridge takes as a time or refuses. */
function end(name: 'from' | 'to', text: string | undefined): Range {
  if (text === undefined) return {};
  return /^\d{1,10}$/.test(text) ? { [`${name}_revision`]: Number(text) } : { [name]: text };
}
