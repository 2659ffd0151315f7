import type { Counts, Finding } from '../ledger/findings.js';
import type { Units } from '../ledger/minor-units.js';
import type { Witness } from '../ledger/witnesses.js';
import type { Share } from './share.js';

/** What one reader is told. It may be another process, so all of it is plain data. */
export type PartTask = {
  readonly share: Share;
  /** What lies up to here is taken as given. */
  readonly after: bigint | undefined;
  /** Where the ledger ended when the audit began. */
  readonly upTo: bigint;
  readonly at: string | undefined;
  readonly salt: string;
  /** Heads of an anchor. */
  readonly anchored: readonly Witness[];
  /** Undefined without a database. */
  readonly database: { readonly snapshot: string; readonly compareAt: bigint | undefined } | undefined;
  readonly wantsHeads: boolean;
};

export type AccountLine = {
  readonly account: string;
  readonly currency: string;
  readonly debits: Units;
  readonly credits: Units;
};

export type StreamHead = {
  readonly stream: string;
  readonly revision: number;
  readonly hash: string;
  /** Whose e-mail stream it is; with all others the name says it. */
  readonly player?: string;
};

export type PartResult = {
  readonly events: number;
  readonly streams: number;
  readonly players: number;
  readonly transactions: number;
  readonly counts: Counts;
  readonly findings: readonly Finding[];
  /** No defects, if the players that they name were forgotten. */
  readonly excusable: readonly Finding[];
  readonly forgotten: readonly string[];
  readonly accounts: readonly AccountLine[];
  /** Of the house and the PSPs, where the read models were compared. */
  readonly houseAtComparison: readonly AccountLine[];
  readonly heads: readonly StreamHead[];
  readonly streamsTakenAsGiven: number;
  readonly witnessesNotCompared: number;
};

export type Progress = { readonly position: bigint; readonly events: number };

/** A reader of one share, here or in another process. */
export type PartRunner = {
  readonly share: Share;
  run(task: PartTask, onProgress: (progress: Progress) => void): Promise<PartResult>;
};
