import type { Postgres } from '../../../../shared/postgres/postgres.js';
import type { LedgerSource } from './ledger-source.js';
import { auditPart } from './part.js';
import type { PartRunner } from './part-task.js';
import type { Share } from './share.js';

/** Reads a share in this process. */
export function localPart(share: Share, source: LedgerSource, postgres: Postgres | undefined): PartRunner {
  return { share, run: (task, onProgress) => auditPart(task, source, postgres, onProgress) };
}
