import { table } from '../audit/output/table.js';
import type { Attempt, Decision, Lane } from './bridge-client.js';

export function lanesTable(lanes: readonly Lane[]): string {
  return table(
    ['player', 'revision', 'event', 'kind', 'since', 'attempts', 'status', 'backlog', 'next try', 'reason'],
    lanes.map((lane) => [
      lane.player_id,
      String(lane.revision),
      lane.event_type ?? '?',
      lane.kind ?? lane.state,
      timeOf(lane.since),
      String(lane.attempts),
      lane.last_status === null ? '-' : String(lane.last_status),
      String(lane.backlog),
      lane.state === 'parked' ? '-' : timeOf(lane.next_attempt_at),
      lane.reason ?? '',
    ]),
    ['revision', 'attempts', 'backlog'],
  );
}

export function attemptsTable(attempts: readonly Attempt[]): string {
  return table(
    ['revision', 'message', 'at', 'status', 'ms', 'error'],
    attempts.map(({ revision, part, at, status, duration_ms, error }) => [
      String(revision),
      String(part + 1),
      at,
      status === null ? 'none' : String(status),
      String(duration_ms),
      error,
    ]),
    ['revision', 'message', 'ms'],
  );
}

export function decisionsTable(decisions: readonly Decision[]): string {
  return table(
    ['id', 'at', 'by', 'player', 'action', 'revision', 'event', 'reason'],
    decisions.map((one) => [
      one.id,
      one.at,
      one.decided_by,
      one.player_id,
      one.action,
      one.last_revision === null ? String(one.revision) : `${one.revision}–${one.last_revision}`,
      one.type ?? '-',
      one.reason ?? '-',
    ]),
    ['id'],
  );
}

/** Where a lane is, in one sentence. */
export function laneSentence(lane: Lane): string {
  const { player_id: player, state, revision, kind, reason, backlog } = lane;
  const waiting = `${backlog} ${backlog === 1 ? 'event waits' : 'events wait'}`;
  if (state === 'parked') return `Player ${player} is parked at revision ${revision} (${kind}; ${reason}); ${waiting}.`;
  if (state === 'retrying') {
    return `Player ${player} fails at revision ${revision} and is tried again at ${timeOf(lane.next_attempt_at)} (${reason}); ${waiting}.`;
  }
  if (state === 'replaying') {
    return `Player ${player} is told again of revisions up to ${lane.replay_last}; ${lane.replay_next} is next.`;
  }
  if (state === 'delivering') return `Player ${player} is being delivered; ${waiting}.`;
  return `Player ${player} is delivered up to revision ${lane.delivered_revision}; nothing waits.`;
}

/** To the second: tables are wide enough. */
function timeOf(at: string | null): string {
  return at === null ? '-' : at.replace(/\.\d+Z$/, 'Z');
}
