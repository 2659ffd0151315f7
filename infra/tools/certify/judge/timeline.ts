import { DIALECTS } from '../fast-track/dialects.js';
import type { ToldMessage } from '../fast-track/fact.js';
import { asPatterned } from '../fast-track/like.js';
import { keyOf, type Message, sequenceOf, timestampOf } from '../fast-track/messages.js';
import { compareLists } from '../inquiry.js';
import { CURRENCY } from '../seat/player.js';
import type { Seat } from '../seat/seat.js';
import { keepArithmetic, readEvents } from './events.js';

/** A message that must come, and of which event. */
type Due = ToldMessage & { readonly sequence: number };

export type Heard = {
  /** In the order of arrival, also copies and what was refused. */
  readonly messages: readonly Message[];
  /** What had its effect. */
  readonly taken: readonly Message[];
  readonly n: number;
};

/**
 * All that Fast Track heard of a player. A last change of consents marks the end: a player's messages come in order, so
 * with it everything before it must be there, and nobody needs to wait for what should not come.
 */
export async function hear(seat: Seat): Promise<Heard> {
  const { player, account } = seat;
  const { inquiry, story } = player;
  await account.changeConsents();
  // Counted, not looked for by its revision: where something is missing before it, that is another finding.
  const changes = story.happenings.filter(({ type }) => type === 'ConsentsChanged').length;
  const isEnded = (all: readonly Message[]) =>
    all.filter(({ taken, path }) => taken && path.endsWith('/user/consents')).length >= changes;
  const messages = await inquiry.inbox.of(player.id, isEnded);
  const n = inquiry.evidence.keep({ kind: 'deliveries', player_id: player.id, messages });
  const taken = messages.filter((message) => message.taken);
  keepArithmetic(player);
  inquiry.compare('the last message arrived', isEnded(messages), true, [n]);
  return { messages, taken, n };
}

/** Every message that the story calls for, and no other. By event, so that the order of events is judged apart. */
export function judgeContent(seat: Seat, { taken, n }: Heard, only?: (type: string) => boolean): void {
  const due = dueOf(seat, only);
  const revisions = new Set(due.map(({ sequence }) => sequence));
  const heard = taken
    .filter((message) => only === undefined || revisions.has(sequenceOf(message)))
    // Stable: within an event the order of arrival stays.
    .toSorted((one, other) => sequenceOf(one) - sequenceOf(other));
  const found = heard.map((message, at) => ({
    sequence: sequenceOf(message),
    ...{ method: message.method, path: message.path },
    body: asPatterned(message.body, patternFor(message, due, at)),
  }));
  compareLists(seat.player.inquiry, 'the messages of each event', found, due.map(inOrder), [n]);
}

/** The order of arrival is the order of what happened. */
export function judgeOrder({ player: { inquiry } }: Seat, { taken, n }: Heard): void {
  const sequences = taken.map(sequenceOf);
  const sorted = sequences.toSorted((one, other) => one - other);
  compareLists(inquiry, 'X-Sequence in the order of arrival', sequences, sorted, [n]);
  const times = taken.map(timestampOf);
  compareLists(inquiry, 'timestamps in the order of arrival', times, times.toSorted(), [n]);
}

/** Every event that is told was told, and no event that is not. */
export function judgeWholeness(seat: Seat, { taken, n }: Heard): void {
  const heard = [...new Set(taken.map(sequenceOf))].sort((one, other) => one - other);
  const due = [...new Set(dueOf(seat).map(({ sequence }) => sequence))];
  compareLists(seat.player.inquiry, 'the events that Fast Track heard of', heard, due, [n]);
}

/** Each message has a key of its own, which names its event. */
export async function judgeKeys(seat: Seat, { taken, n }: Heard): Promise<void> {
  const { inquiry } = seat.player;
  const keys = taken.map(keyOf);
  inquiry.compare('different Idempotency-Keys', new Set(keys).size, keys.length, [n]);
  const seen = await readEvents(seat);
  const ids = new Map(seen.events.map(({ revision, event_id }) => [revision, event_id]));
  compareLists(
    inquiry,
    'the event that each key names',
    taken.map((message) => keyOf(message).split('.')[0] ?? ''),
    taken.map((message) => ids.get(sequenceOf(message)) ?? 'none'),
    [n, seen.n],
  );
}

/** Staging is stricter than Fast Track: a field too many, null or an unknown word is refused. */
export function judgeNoneRefused({ player: { inquiry } }: Seat, { messages, n }: Heard): void {
  const refused = messages.filter(({ status }) => status >= 400 && status < 500).map(({ path }) => path);
  compareLists(inquiry, 'messages that Fast Track refused', refused, [], [n]);
}

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

export function judgeTimestamps({ player: { inquiry } }: Seat, { taken, n }: Heard): void {
  const wrong = taken.map(timestampOf).filter((timestamp) => !TIMESTAMP.test(timestamp));
  compareLists(inquiry, 'timestamps that are not UTC with milliseconds', wrong, [], [n]);
}

function dueOf({ player }: Seat, only: (type: string) => boolean = () => true): readonly Due[] {
  const { story, id: playerId, inquiry } = player;
  const { providerId: provider, pspId: psp } = inquiry.subject.keys;
  const dialect = DIALECTS[inquiry.subject.profile];
  return story.happenings.flatMap(({ type, told }, sequence) =>
    only(type)
      ? told.flatMap((fact) =>
          dialect(fact, { playerId, currency: CURRENCY, provider, psp }).map((message) => ({ ...message, sequence })),
        )
      : [],
  );
}

/** The fields that are compared are those of the message that is due in this place, or of one like it. */
function patternFor({ path }: Message, due: readonly Due[], at: number): unknown {
  const inPlace = due[at];
  return (inPlace?.path === path ? inPlace : due.find((other) => other.path === path))?.body;
}

function inOrder({ sequence, method, path, body }: Due) {
  return { sequence, method, path, body };
}
