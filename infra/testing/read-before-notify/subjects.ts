import type { BlockReason } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream, profileStream } from '../../../shared/ids/streams.js';
import { playerLife } from '../../../shared/testing/player-life.js';
import type { Entry } from '../../../shared/testing/scribe.js';

/** Something that Fast Track hears the change of, and then asks for. An answer can be dated: it tells after how many changes it was so. */
export type Subject = {
  /** What Fast Track hears. */
  readonly message: string;
  /** Where Fast Track asks. */
  readonly question: string;
  /** The n-th change, from 1; the last entry is the one that is told. */
  change(playerId: PlayerId, n: number): readonly Entry[];
  /** After how many changes it was so, modulo `cycle`. */
  dateOf(answer: Answer): number;
  /** Answers repeat after so many changes. */
  readonly cycle: number;
};

export type Answer = { readonly [field: string]: unknown };

const REASONS: readonly BlockReason[] = ['fraud', 'operator', 'self_exclusion', 'timeout'];
const FAR = '2999-01-01T00:00:00.000Z';

/** Three consents are the bits of a counter. */
const consents: Subject = {
  message: '/v2/integration/user/consents',
  question: '/operator/consents',
  cycle: 8,
  change: (playerId, n) => [
    told(playerId, 'ConsentsChanged', {
      consents: {
        ...{ telephone: false, post_mail: false, site_notification: false },
        ...{ email: (n & 1) > 0, sms: (n & 2) > 0, push_notification: (n & 4) > 0 },
      },
    }),
  ],
  dateOf: (answer) => bits([answer.email_opt_in, answer.sms_opt_in, answer.push_opt_in]),
};

/** Four blocks are the bits of a Gray code: each change places or lifts exactly one. */
const blocks: Subject = {
  message: '/v2/integration/user/blocks',
  question: '/operator/player-blocks',
  cycle: 16,
  change(playerId, n) {
    const changed = gray(n % 16) ^ gray((n - 1) % 16);
    const reason = REASONS[Math.log2(changed)];
    if (reason === undefined) throw new Error('a Gray code changes one bit');
    return (gray(n % 16) & changed) > 0
      ? [told(playerId, 'BlockPlaced', { reason, until: reason === 'timeout' ? FAR : null })]
      : [told(playerId, 'BlockLifted', { reason, cause: 'operator' })];
  },
  dateOf({ block_reasons: reasons }) {
    const code = bits(REASONS.map((reason) => Array.isArray(reasons) && reasons.includes(reason)));
    return Array.from({ length: 16 }, (_, n) => gray(n)).indexOf(code);
  },
};

/** The first name is a number. It changes in the profile first, and is then told in the player's own stream. */
const details: Subject = {
  message: '/v2/integration/user',
  question: '/operator/user-details',
  cycle: 2 ** 30,
  change: (playerId, n) => [
    { stream: profileStream(playerId), draft: { type: 'ProfileChanged', data: { first_name: String(n) } } },
    told(playerId, 'PlayerDetailsChanged', { profileRevision: n }),
  ],
  dateOf: (answer) => Number(answer.first_name),
};

export const SUBJECTS: readonly Subject[] = [consents, blocks, details];

/** How a player begins: a profile, and the registration. */
export function registration(playerId: PlayerId): readonly Entry[] {
  return playerLife(playerId).slice(0, 2);
}

function told(playerId: PlayerId, type: string, data: Entry['draft']['data']): Entry {
  return { stream: playerStream(playerId), draft: { type, data } };
}

function gray(n: number): number {
  return n ^ (n >> 1);
}

function bits(set: readonly unknown[]): number {
  return set.reduce<number>((sum, bit, index) => sum + (bit === true ? 2 ** index : 0), 0);
}
