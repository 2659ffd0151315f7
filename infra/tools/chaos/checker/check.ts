import { checkCalls } from './calls.js';
import { checkFastTrack } from './fast-track.js';
import { readLedger } from './ledger.js';
import { checkRows } from './read-models.js';
import type { RunLog } from './run-log.js';
import type { Violation } from './violation.js';

/**
 * What clients were told, the event store, the read models and Fast Track's log, against each other. Pure, and no code of
 * the services is in it: only the events' schemas and their hash.
 */
export function check(log: RunLog): readonly Violation[] {
  const { ledger, violations } = readLedger(log.events);
  return [
    ...violations,
    ...checkCalls(ledger, log.calls, log.events),
    ...checkRows(ledger, log),
    ...checkFastTrack(ledger, log.messages, log.origin),
  ];
}
