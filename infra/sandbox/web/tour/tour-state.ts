import { computed, signal } from '@preact/signals';
import { login } from '../casino/session.js';
import { registeredId } from '../casino/tour-facts.js';
import { call } from '../design/api.js';
import type { MessageEntry, Timeline } from '../story/entries.js';
import { STEPS, TOUR_ROUNDS } from './steps.js';

/** An event of the player's stream, as the back office sees it. */
export type LedgerEvent = {
  readonly revision: number;
  readonly type: string;
  readonly recorded_at: string;
  readonly data: {
    readonly postings?: readonly {
      readonly account: string;
      readonly side: string;
      readonly amount: string;
      readonly currency: string;
    }[];
  };
};

const KEY = 'croupier-tour';
const CAMPAIGN = { enabled: true, trigger: 'first_deposit', segment: {}, bonus_id: 'welcome_bonus_50', amount: 50 };
const POLL_MS = 700;

export const isTouring = signal(sessionStorage.getItem(KEY) === 'on');
/** Whom the tour is about. */
export const guest = computed(() => login.value?.playerId ?? registeredId.value);
export const events = signal<readonly LedgerEvent[]>([]);
export const messages = signal<readonly MessageEntry[]>([]);
/** Which step's story is open; undefined: the one that is to be done. */
export const opened = signal<number | undefined>(undefined);

/** How many steps are done: the first that is not is the one to do. */
export const done = computed(() => {
  const has = (type: string) => events.value.some((event) => event.type === type);
  const rounds = events.value.filter(({ type }) => type === 'BetPlaced' || type === 'RoundPlayed').length;
  const facts = [
    guest.value !== undefined,
    login.value !== undefined,
    has('DepositCompleted'),
    has('BonusGranted'),
    rounds >= TOUR_ROUNDS,
    (messages.value.at(-1)?.sequence ?? -1) >= (events.value.at(-1)?.revision ?? 0),
  ];
  const first = facts.indexOf(false);
  return first < 0 ? STEPS.length : first;
});

/** Begins the tour; the campaign that its bonus comes from is switched on for it. */
export async function startTour(): Promise<void> {
  sessionStorage.setItem(KEY, 'on');
  opened.value = undefined;
  isTouring.value = true;
  await call('/campaigns/first-deposit', { method: 'PUT', json: CAMPAIGN }).catch(() => undefined);
}

export function endTour(): void {
  sessionStorage.removeItem(KEY);
  isTouring.value = false;
}

/** Looks again and again at what happened behind the page, until told to stop. */
export function watchBehind(playerId: string): () => void {
  let stopped = false;
  events.value = [];
  messages.value = [];
  const look = async (): Promise<void> => {
    await Promise.allSettled([lookAtEvents(playerId), lookAtMessages(playerId)]);
    if (!stopped) setTimeout(look, POLL_MS);
  };
  void look();
  return () => {
    stopped = true;
  };
}

async function lookAtEvents(playerId: string): Promise<void> {
  const after = events.value.at(-1)?.revision;
  // One who registered just now may not have arrived in the read models.
  if (after === undefined && !(await isKnown(playerId))) return;
  const path = `/backoffice/api/players/${playerId}/timeline?limit=1000${after === undefined ? '' : `&after=${after}`}`;
  const answer = await call<{ events: readonly LedgerEvent[] }>(path);
  const news = answer.events.filter(({ revision }) => revision > (events.value.at(-1)?.revision ?? -1));
  if (news.length > 0) events.value = [...events.value, ...news];
}

async function isKnown(playerId: string): Promise<boolean> {
  const { players } = await call<{ players: readonly unknown[] }>(`/backoffice/api/players?player_id=${playerId}`);
  return players.length > 0;
}

async function lookAtMessages(playerId: string): Promise<void> {
  const { entries } = await call<Timeline>(`/timeline/${playerId}`);
  const found = entries.filter((entry): entry is MessageEntry => entry.kind === 'message');
  if (found.length !== messages.value.length) messages.value = found;
}
