import { redacted } from './redaction.js';

/** Who a call was made as. */
export type Caller = 'provider' | 'psp' | 'player' | 'back_office' | 'fast_track' | 'auditor';

export type CallEvidence = {
  readonly kind: 'call';
  readonly as: Caller;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** 0 = no answer. */
  readonly status: number;
  /** `Idempotency-Replayed: true` came with it. */
  readonly replayed: boolean;
  readonly answer: unknown;
  readonly ms: number;
};

/** The player's events, as the back office shows them. */
export type EventsEvidence = {
  readonly kind: 'events';
  readonly player_id: string;
  readonly events: readonly unknown[];
};

/** What Fast Track staging received of a player, in the order of arrival. */
export type DeliveriesEvidence = {
  readonly kind: 'deliveries';
  readonly player_id: string;
  readonly messages: readonly unknown[];
};

/** The certificate's own arithmetic: what must have been recorded, and what the player has after each event. */
export type ArithmeticEvidence = {
  readonly kind: 'arithmetic';
  readonly player_id: string;
  readonly events: readonly {
    readonly type: string;
    readonly postings: readonly string[];
    readonly cash: string;
    readonly bonus: string;
    readonly withdrawal: string;
  }[];
};

type Kept = CallEvidence | EventsEvidence | DeliveriesEvidence | ArithmeticEvidence;

export type Evidence = { readonly n: number; readonly at: string } & Kept;

/** What one case keeps, in the order in which it came. */
export type EvidenceBook = {
  readonly entries: readonly Evidence[];
  /** Keeps it without what must not be shown, and answers its number. */
  keep(evidence: Kept): number;
};

export function createEvidenceBook(): EvidenceBook {
  const entries: Evidence[] = [];
  return {
    entries,
    keep(evidence) {
      const n = entries.length + 1;
      entries.push({ n, at: new Date().toISOString(), ...withoutSecrets(evidence) });
      return n;
    },
  };
}

function withoutSecrets(evidence: Kept) {
  switch (evidence.kind) {
    case 'call':
      return { ...evidence, body: redacted(evidence.body), answer: redacted(evidence.answer) };
    case 'events':
      return { ...evidence, events: evidence.events.map(redacted) };
    case 'deliveries':
      return { ...evidence, messages: evidence.messages.map(redacted) };
    case 'arithmetic':
      return evidence;
  }
}
