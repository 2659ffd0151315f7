import { dayAndTime } from '../design/format.js';
import { Badge, Meter, Notice, Panel } from '../design/parts.js';
import type { AuditResult } from './answers.js';
import { Table } from './lists.js';
import type { Audit } from './use-audit.js';
import { count } from './words.js';

/** Every figure worked out again from every event, by another program than the one that made them. */
export function AuditPanel({ audit: { state, fault, action, start } }: { readonly audit: Audit }) {
  const isRunning = state?.status === 'running';
  return (
    <Panel title="Audit" id="audit">
      <p>
        Reads the whole ledger from the event store and works out every figure again, by a program of its own; then
        compares the read models and what the bridge has taken.
      </p>
      <div class="row">
        <button
          class="button"
          type="button"
          disabled={isRunning || action.isBusy || fault !== undefined}
          onClick={start}
        >
          {isRunning ? 'The audit runs …' : 'Run the audit'}
        </button>
        {isRunning && <span class="muted">{count(state.events, 'event', 'events')} read</span>}
      </div>
      {isRunning && <Meter label="The audit" share={state.percent / 100} />}
      {(fault ?? action.fault) !== undefined && <Notice tone="bad">{fault ?? action.fault}</Notice>}
      {state?.status === 'failed' && <Notice tone="bad">{state.reason}</Notice>}
      {state?.status === 'done' && (
        <>
          <Notice tone={state.result.ok ? 'good' : 'bad'}>{state.result.sentence}</Notice>
          <p class="small muted">
            {dayAndTime(state.finished_at)}, {count(state.result.events, 'event', 'events')} in{' '}
            {(state.result.duration_ms / 1_000).toFixed(1)} s, up to position {state.result.position ?? 'none'}
          </p>
          <Checks result={state.result} />
        </>
      )}
    </Panel>
  );
}

function Checks({ result: { checks, findings, notChecked } }: { readonly result: AuditResult }) {
  return (
    <>
      {findings.length > 0 && (
        <Table label="Defects" head={['Event', 'What is wrong', 'Expected', 'Found']}>
          {findings.map(({ stream, revision, what, expected, found }) => (
            <tr key={`${stream} ${revision} ${what}`}>
              <td class="mono">{stream === undefined ? '–' : `${stream}@${revision ?? ''}`}</td>
              <td>{what}</td>
              <td>{expected}</td>
              <td>{found}</td>
            </tr>
          ))}
        </Table>
      )}
      <Table label="Checks" head={['Check', { number: 'Checked' }, 'Result']}>
        {checks.map(({ id, title, checked, defects }) => (
          <tr key={id}>
            <td>{title}</td>
            <td class="number">{checked.toLocaleString('en')}</td>
            <td>
              {defects > 0 && <Badge tone="bad">{count(defects, 'defect', 'defects')}</Badge>}
              {defects === 0 && (checked > 0 ? <Badge tone="good">Passed</Badge> : <Badge>Nothing to check</Badge>)}
            </td>
          </tr>
        ))}
      </Table>
      {notChecked.length > 0 && (
        <>
          <h3>Not checked</h3>
          <ul>
            {notChecked.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
