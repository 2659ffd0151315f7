import { createRng, type Rng } from '../simulate/rng.js';
import { type Instance, LINKS, type Link, processes } from './platform/topology.js';

/** What is done to the platform, when, and for how long. */
export type Fault = {
  /** From the start of the load. */
  readonly atMs: number;
  /** 0 for a kill: that is over at once. */
  readonly durationMs: number;
} & FaultKind;

export type FaultKind =
  | { readonly kind: 'kill' | 'pause'; readonly instance: Instance }
  | { readonly kind: 'cut' | 'stall'; readonly link: Link }
  | { readonly kind: 'slow'; readonly link: Link; readonly delayMs: number }
  | { readonly kind: 'answer-500' }
  | { readonly kind: 'answer-429'; readonly retryAfterS: number }
  /** Of one player, the n-th; fewer in a row than park a lane. */
  | { readonly kind: 'answer-400'; readonly player: number; readonly count: number }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'reset' | 'drop'; readonly percent: number };

export const KINDS = [
  'kill',
  'pause',
  'cut',
  'stall',
  'slow',
  'answer-500',
  'answer-429',
  'answer-400',
  'delay',
  'reset',
  'drop',
] as const;

/** From this length on, each kind comes at least once. */
export const EVERY_KIND_FROM_S = 60;

const GAP_MIN_MS = 1_500;
const GAP_MAX_MS = 4_000;
const PAUSE_MIN_MS = 1_000;
const PAUSE_MAX_MS = 15_000;
const TROUBLE_MIN_MS = 1_000;
const TROUBLE_MAX_MS = 8_000;
/** With this chance the next fault comes together with this one. */
const TOGETHER_PERCENT = 30;
/** The last part of the run is for what lasts. */
const LAST_START_PART = 0.85;

/** The same seed and length, the same faults. */
export function planFaults(seed: number, seconds: number): readonly Fault[] {
  const rng = createRng(seed);
  const kinds = createDeck(rng, KINDS);
  const instances = createDeck(rng, processes());
  const links = createDeck(rng, LINKS);
  const faults: Fault[] = [];
  const endMs = seconds * 1_000;
  const lastStartMs = endMs * LAST_START_PART;
  /** Staging takes one instruction at a time. */
  let stagingFreeAtMs = 0;

  for (let atMs = GAP_MIN_MS; atMs <= lastStartMs; ) {
    const kind = kinds.draw((candidate) => !isOfStaging(candidate) || stagingFreeAtMs <= atMs);
    if (kind === undefined) {
      // All that is left of this round is staging's, which is busy: the round is played to its end first.
      atMs = stagingFreeAtMs;
      continue;
    }
    const fault = { atMs, ...detail(kind, rng, instances, links) };
    const durationMs = Math.min(fault.durationMs, endMs - atMs);
    faults.push({ ...fault, durationMs });
    if (isOfStaging(kind)) stagingFreeAtMs = atMs + durationMs;
    if (!rng.percent(TOGETHER_PERCENT)) atMs += between(rng, GAP_MIN_MS, GAP_MAX_MS);
  }
  return faults;
}

function detail(kind: (typeof KINDS)[number], rng: Rng, instances: Deck<Instance>, links: Deck<Link>) {
  const durationMs = between(rng, TROUBLE_MIN_MS, TROUBLE_MAX_MS);
  switch (kind) {
    case 'kill':
      return { kind, durationMs: 0, instance: instances.next() };
    case 'pause':
      return { kind, durationMs: between(rng, PAUSE_MIN_MS, PAUSE_MAX_MS), instance: instances.next() };
    case 'cut':
    case 'stall':
      return { kind, durationMs, link: links.next() };
    case 'slow':
      return { kind, durationMs, link: links.next(), delayMs: between(rng, 20, 400) };
    case 'answer-500':
      return { kind, durationMs };
    case 'answer-429':
      return { kind, durationMs, retryAfterS: 1 + rng.below(3) };
    case 'answer-400':
      return { kind, durationMs, player: rng.below(1_000), count: 1 + rng.below(6) };
    case 'delay':
      return { kind, durationMs, delayMs: between(rng, 200, 7_000) };
    case 'reset':
    case 'drop':
      return { kind, durationMs, percent: 20 + rng.below(81) };
  }
}

function isOfStaging(kind: (typeof KINDS)[number]): boolean {
  return !['kill', 'pause', 'cut', 'stall', 'slow'].includes(kind);
}

function between(rng: Rng, min: number, max: number): number {
  return min + rng.below(max - min + 1);
}

type Deck<T> = {
  next(): T;
  /** The first that will do; those passed over stay. Undefined when none of the deck does. */
  draw(willDo: (card: T) => boolean): T | undefined;
};

/** Everything once in a random order, then everything again: what is rare in chance comes all the same. */
function createDeck<T>(rng: Rng, cards: readonly T[]): Deck<T> {
  let left: T[] = [];
  function draw(willDo: (card: T) => boolean): T | undefined {
    if (left.length === 0) left = shuffled(rng, cards);
    const index = left.findIndex(willDo);
    return index < 0 ? undefined : left.splice(index, 1)[0];
  }
  return {
    draw,
    next() {
      const card = draw(() => true);
      if (card === undefined) throw new Error('a deck needs cards');
      return card;
    },
  };
}

function shuffled<T>(rng: Rng, cards: readonly T[]): T[] {
  const left = [...cards];
  const order: T[] = [];
  while (left.length > 0) order.push(...left.splice(rng.below(left.length), 1));
  return order;
}
