import { useEffect } from 'preact/hooks';
import { Badge, Notice, Panel } from '../design/parts.js';
import type { Lag, LedgerEnd, Waiting } from './answers.js';
import { useAnswer } from './use-answer.js';
import { count, since } from './words.js';

const EVERY_MS = 2_000;
/** Later than this is worth a colour. */
const LATE_MS = 5_000;

type Stage = {
  readonly name: string;
  readonly what: string;
  readonly state: string;
  readonly tone: 'good' | 'gold' | 'bad';
};

/** The way of an event from the ledger to Fast Track, and how far each part is behind the one before it. */
export function LagPanel({ onChange }: { readonly onChange: () => void }) {
  const end = useAnswer<LedgerEnd>('/ledger/end', EVERY_MS);
  const lag = useAnswer<Lag>('/lag', EVERY_MS);
  const fault = end.fault ?? lag.fault;
  const decided = lag.value && `${lag.value.parked.players} ${lag.value.to_fast_track.events}`;
  // A lane was parked or let go: the lists below are of before. `onChange` is another at each drawing.
  useEffect(() => {
    if (decided !== undefined) onChange();
  }, [decided]);
  return (
    <Panel title="How late is it" aside={<span class="small muted">Every {EVERY_MS / 1_000} s</span>}>
      {fault !== undefined && <Notice tone="bad">{fault}</Notice>}
      {end.value === undefined || lag.value === undefined ? (
        fault === undefined && <p class="muted">Loading …</p>
      ) : (
        <ol class="stages">
          {stagesOf(end.value, lag.value, Date.now()).map(({ name, what, state, tone }) => (
            <li key={name}>
              <h3>{name}</h3>
              <p class="small muted">{what}</p>
              <Badge tone={tone}>{state}</Badge>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function stagesOf(end: LedgerEnd, lag: Lag, nowMs: number): readonly Stage[] {
  return [
    {
      name: 'Ledger',
      what: 'Where the event store ends',
      ...(end.position === null
        ? { state: 'Empty', tone: 'good' }
        : { state: `Position ${end.position}`, tone: 'good' }),
    },
    { name: 'Read models', what: 'The projector is behind the ledger', ...projected(end, lag, nowMs) },
    { name: 'Bridge', what: 'Published and not yet taken', ...waiting(lag.to_bridge, nowMs) },
    { name: 'Fast Track', what: 'Taken and not yet confirmed', ...waiting(lag.to_fast_track, nowMs) },
    {
      name: 'Parked',
      what: 'Waits for a person',
      ...(lag.parked.players === 0
        ? { state: 'Nobody', tone: 'good' }
        : { state: inNumbers(lag.parked, nowMs), tone: 'bad' }),
    },
  ];
}

type Said = Pick<Stage, 'state' | 'tone'>;

/** The two were asked one after the other, so read models may also be further than where the ledger ended. */
function projected({ position, recorded_at }: LedgerEnd, { read_models }: Lag, nowMs: number): Said {
  const reached = BigInt(read_models?.position ?? -1);
  if (position === null || recorded_at === null || reached >= BigInt(position)) return UP_TO_DATE;
  return { state: `Behind, for ${since(recorded_at, nowMs)} at least`, tone: lateness(recorded_at, nowMs) };
}

function waiting(amount: Waiting, nowMs: number): Said {
  if (amount.events === 0 || amount.oldest_at === null) return UP_TO_DATE;
  return { state: inNumbers(amount, nowMs), tone: lateness(amount.oldest_at, nowMs) };
}

const UP_TO_DATE: Said = { state: 'Up to date', tone: 'good' };

function inNumbers({ events, players, oldest_at }: Waiting, nowMs: number): string {
  const what = `${count(events, 'event', 'events')} of ${count(players, 'player', 'players')}`;
  return oldest_at === null ? what : `${what}, for ${since(oldest_at, nowMs)}`;
}

function lateness(iso: string, nowMs: number): Said['tone'] {
  return nowMs - Date.parse(iso) > LATE_MS ? 'bad' : 'gold';
}
