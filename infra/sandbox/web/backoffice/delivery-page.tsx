import { dayAndTime } from '../design/format.js';
import { Badge, Notice, Panel } from '../design/parts.js';
import type { Lane } from './answers.js';
import { LagPanel } from './lag-panel.js';
import { LaneDecisions } from './lane-decisions.js';
import { PagedTable } from './lists.js';
import { type Pages, usePages } from './use-pages.js';
import { inWords } from './words.js';

type Lanes = { readonly lanes: readonly Lane[]; readonly next_after: string | null };

/** How late everybody is, and whose messages need a decision. */
export function DeliveryPage() {
  const parked = useLanes('parked');
  const retrying = useLanes('retrying');
  function again(): void {
    parked.again();
    retrying.again();
  }
  return (
    <div class="stack">
      <div class="row apart">
        <h1>Delivery</h1>
        <button class="button quiet small" type="button" onClick={again}>
          Look again
        </button>
      </div>
      <LagPanel onChange={again} />
      <Panel title="Parked lanes">
        {(parked.rows?.length ?? 0) > 0 && (
          <Notice tone="bad">Fast Track hears nothing more of these players until somebody decides.</Notice>
        )}
        <LaneTable label="Parked lanes" lanes={parked} empty="No lane is parked." again={again} />
      </Panel>
      <Panel title="Lanes that are tried again">
        <LaneTable label="Lanes that are tried again" lanes={retrying} empty="Nothing fails." again={again} />
      </Panel>
    </div>
  );
}

function useLanes(state: 'parked' | 'retrying'): Pages<Lane> {
  return usePages<Lanes, Lane>(`/operations/lanes?state=${state}&limit=25`, 'after', (answer) => ({
    rows: answer.lanes,
    next: answer.next_after,
  }));
}

function LaneTable(props: {
  readonly label: string;
  readonly lanes: Pages<Lane>;
  readonly empty: string;
  readonly again: () => void;
}) {
  return (
    <PagedTable
      label={props.label}
      pages={props.lanes}
      head={['Player', 'Stands at', 'Why', 'Since', { number: 'Waiting' }, 'Decide']}
      empty={props.empty}
      row={(lane) => (
        <tr key={lane.player_id}>
          <td>
            <a class="mono" href={`#/players/${lane.player_id}/deliveries`}>
              {lane.player_id}
            </a>
          </td>
          <td>
            <strong>{lane.event_type === null ? 'An event that cannot be read' : inWords(lane.event_type)}</strong>
            <p class="small muted">Revision {lane.revision}</p>
          </td>
          <td>
            {lane.last_status !== null && <Badge tone="bad">{lane.last_status}</Badge>}
            <p class="small">{lane.reason}</p>
          </td>
          <td>{lane.since === null ? '–' : dayAndTime(lane.since)}</td>
          <td class="number">{lane.backlog}</td>
          <td>
            <LaneDecisions lane={lane} onDecided={props.again} />
          </td>
        </tr>
      )}
    />
  );
}
