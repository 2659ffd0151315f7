import { read, write } from '../minor-units.js';
import type { Journal } from './journal.js';
import type { Answer, ModelPlayer } from './model-player.js';

/** What the model says a request comes to, in the words in which the command service says it. */
export type Prediction = {
  /** Nothing, when the request changes nothing. */
  readonly events: readonly PredictedEvent[];
  readonly outcome: Outcome;
};

export type Outcome =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly rejection: { readonly type: string; readonly [fact: string]: unknown } };

export type PredictedEvent = {
  readonly type: string;
  /** Everything that the event says but its postings. */
  readonly data: { [name: string]: unknown };
  /** Net credit by account; what nets to nothing may be missing. Null = the event moves no money. */
  readonly moves: ReadonlyMap<string, number> | null;
};

/** One request at one player, under way in the model. */
export type Turn = {
  readonly player: ModelPlayer;
  readonly now: string;
  readonly journal: Journal;
  readonly events: PredictedEvent[];
};

/** Net credits: of the player's accounts by their short names, of the house's by their full ones. */
export type Moves = { readonly [account: string]: number };

export function accept(answer: unknown): Outcome {
  return { ok: true, answer };
}

export function refuse(type: string, facts: { readonly [fact: string]: unknown } = {}): Outcome {
  return { ok: false, rejection: { type, ...facts } };
}

export function amount(turn: Turn, minor: number): string {
  return write(minor, turn.player.decimals);
}

export function visible({ player }: Turn): Answer {
  return { cash: write(player.cash, player.decimals), bonus: write(player.bonus, player.decimals) };
}

/** An event that moves no money. */
export function note(turn: Turn, type: string, data: PredictedEvent['data']): void {
  turn.events.push({ type, data, moves: null });
}

const OWN: ReadonlySet<string> = new Set(['cash', 'bonus', 'withdrawal']);

/** An event that moves money; its `balances` are filled in here, into the very data. */
export function move(turn: Turn, type: string, data: PredictedEvent['data'], moves: Moves): PredictedEvent {
  const { player, journal } = turn;
  const { cash = 0, bonus = 0, withdrawal = 0 } = moves;
  journal.change(player, {
    cash: player.cash + cash,
    bonus: player.bonus + bonus,
    withdrawal: player.withdrawal + withdrawal,
  });
  const net = new Map<string, number>();
  for (const account of Object.keys(moves)) {
    const minor = moves[account] ?? 0;
    if (minor !== 0) net.set(OWN.has(account) ? `player:${player.id}:${account}` : account, minor);
  }
  const { currency } = player;
  data.balances = {
    cash: amount(turn, player.cash),
    bonus: amount(turn, player.bonus),
    withdrawal: amount(turn, player.withdrawal),
    currency,
  };
  const event = { type, data, moves: net };
  turn.events.push(event);
  return event;
}

/** Rounded down, as every percentage and multiple of a template is. */
export function times(minor: number, factor: string): number {
  // The factor as a fraction of whole numbers: no product is ever inexact.
  const decimals = factor.includes('.') ? factor.length - factor.indexOf('.') - 1 : 0;
  return Math.floor((minor * read(factor)) / 10 ** decimals);
}

export function later(now: string, milliseconds: number): string {
  return new Date(Date.parse(now) + milliseconds).toISOString();
}
