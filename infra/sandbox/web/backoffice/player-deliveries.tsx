import { dayAndTime } from '../design/format.js';
import { Badge, Empty, Notice, Panel } from '../design/parts.js';
import type { Attempt, Decision, Delivery, Lane } from './answers.js';
import { LaneDecisions } from './lane-decisions.js';
import { PagedTable, Table } from './lists.js';
import type { PlayerPart } from './player-part.js';
import { useAnswer } from './use-answer.js';
import { usePages } from './use-pages.js';
import { count, inWords } from './words.js';

type Deliveries = { readonly deliveries: readonly Delivery[]; readonly next_before: string | null };
type LaneDetails = { readonly lane: Lane; readonly attempts: readonly Attempt[] };
type Decisions = { readonly decisions: readonly Decision[] };

const STATES = { parked: 'bad', retrying: 'gold', replaying: 'accent', delivering: 'accent', idle: 'good' } as const;
const EVERY_MS = 3_000;
const DECISIONS = 500;

/** What Fast Track was told of a player, what it refused, and what was decided about that. */
export function PlayerDeliveries({ player: { player_id: id } }: PlayerPart) {
  const deliveries = usePages<Deliveries, Delivery>(`/deliveries?player_id=${id}&limit=25`, 'before', (answer) => ({
    rows: answer.deliveries,
    next: answer.next_before,
  }));
  const details = useAnswer<LaneDetails>(`/operations/lanes/${id}`, EVERY_MS);
  const decisions = useAnswer<Decisions>(`/operations/decisions?player_id=${id}&limit=${DECISIONS}`);
  function again(): void {
    for (const answer of [deliveries, details, decisions]) answer.again();
  }
  return (
    <div class="stack">
      <div class="columns">
        <Panel title="Lane">
          {details.fault !== undefined && <Notice tone="bad">{details.fault}</Notice>}
          {details.value !== undefined && <LaneNow lane={details.value.lane} again={again} />}
        </Panel>
        <Panel title="Decided by operators">
          {decisions.fault !== undefined && <Notice tone="bad">{decisions.fault}</Notice>}
          <Decided decisions={decisions.value?.decisions ?? []} />
        </Panel>
      </div>
      <Panel title="Failed attempts">
        <Attempts attempts={details.value?.attempts ?? []} />
      </Panel>
      <Panel title="Deliveries" aside={<span class="small muted">Newest first</span>}>
        <PagedTable
          label="Deliveries"
          pages={deliveries}
          head={['Event', 'Recorded', 'Fast Track', { number: 'Requests' }, { number: 'Last answer' }]}
          empty="The bridge has taken nothing of this player, or its inbox no longer keeps it."
          row={(delivery) => (
            <tr key={delivery.revision}>
              <td>
                <strong>{inWords(delivery.type)}</strong>
                <p class="small muted">Revision {delivery.revision}</p>
              </td>
              <td>{dayAndTime(delivery.recorded_at)}</td>
              <td>
                <Told delivery={delivery} />
              </td>
              <td class="number">{delivery.attempts}</td>
              <td class="number">{delivery.last_status ?? '–'}</td>
            </tr>
          )}
        />
      </Panel>
    </div>
  );
}

function LaneNow({ lane, again }: { readonly lane: Lane; readonly again: () => void }) {
  const stands = lane.state === 'parked' || lane.state === 'retrying';
  return (
    <>
      <div class="row">
        <Badge tone={STATES[lane.state]}>{inWords(lane.state)}</Badge>
        <span class="muted">{count(lane.backlog, 'event waits', 'events wait')}</span>
      </div>
      {stands && (
        <>
          <p>
            Stands at revision {lane.revision}
            {lane.event_type === null ? '' : ` (${inWords(lane.event_type)})`}
            {lane.since === null ? '' : ` since ${dayAndTime(lane.since)}`}. {lane.reason}
          </p>
          <LaneDecisions lane={lane} onDecided={again} />
        </>
      )}
    </>
  );
}

function Decided({ decisions }: { readonly decisions: readonly Decision[] }) {
  if (decisions.length === 0) return <Empty>Nothing had to be decided.</Empty>;
  return (
    <ul class="plain">
      {[...decisions].reverse().map((decision) => (
        <li key={decision.id}>
          <strong>{inWords(decision.action)}</strong> of revision {decision.revision}
          {decision.reason === null ? '' : `: ${decision.reason}`}
          <p class="small muted">
            {decision.decided_by}, {dayAndTime(decision.at)}
          </p>
        </li>
      ))}
    </ul>
  );
}

function Attempts({ attempts }: { readonly attempts: readonly Attempt[] }) {
  if (attempts.length === 0) return <Empty>None that the inbox remembers.</Empty>;
  return (
    <Table
      label="Failed attempts"
      head={[{ number: 'Revision' }, 'When', { number: 'Answer' }, 'What went wrong', { number: 'Took' }]}
    >
      {attempts.map(({ revision, part, at, status, error, duration_ms }) => (
        <tr key={`${revision} ${part} ${at}`}>
          <td class="number">{revision}</td>
          <td>{dayAndTime(at)}</td>
          <td class="number">{status ?? 'None'}</td>
          <td>{error}</td>
          <td class="number">{duration_ms} ms</td>
        </tr>
      ))}
    </Table>
  );
}

function Told({ delivery: { delivered_at, skipped_at, attempts } }: { readonly delivery: Delivery }) {
  if (skipped_at !== null) return <Badge tone="bad">Skipped {dayAndTime(skipped_at)}</Badge>;
  if (delivered_at === null) return <Badge tone="gold">Waits</Badge>;
  if (attempts === 0) return <Badge>Nothing to tell</Badge>;
  return <Badge tone="good">Told {dayAndTime(delivered_at)}</Badge>;
}
