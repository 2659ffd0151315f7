import type { Sql } from '../../../../shared/postgres/postgres.js';
import type { Replay } from '../ledger/replay.js';
import type { LedgerSource } from '../parts/ledger-source.js';
import type { Share } from '../parts/share.js';

export type Compared = {
  readonly sql: Sql;
  readonly share: Share;
  /** Where the read models are, once `run` is called. */
  readonly replay: Replay;
  /** To look closer at what is wrong. */
  readonly source: LedgerSource;
  readonly salt: string;
  /** The read models' checkpoint. */
  readonly position: bigint;
  /** The replay did not begin at the start: what it does not know is not compared. */
  readonly partial: boolean;
};
