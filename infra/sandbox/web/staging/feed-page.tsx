import { useSignal } from '@preact/signals';
import { clockTime } from '../design/format.js';
import { Icon } from '../design/icon.js';
import { Badge, Empty, Notice, Panel, Select } from '../design/parts.js';
import { delayOf } from '../story/delay.js';
import '../story/story.css';
import { lineOfMessage } from '../story/story.js';
import { DelayChart } from './delay-chart.js';
import { isReachable, type Message, messages, paused, stats } from './feed.js';

const SHOWN = 60;

const FILTERS: { readonly [name: string]: (message: Message) => boolean } = {
  all: () => true,
  taken: ({ taken }) => taken,
  copies: ({ duplicate }) => duplicate,
  refused: ({ taken, duplicate }) => !taken && !duplicate,
};
const CHOICES = [
  { value: 'all', label: 'Everything' },
  { value: 'taken', label: 'Taken' },
  { value: 'copies', label: 'Copies' },
  { value: 'refused', label: 'Refused or cut' },
];

export function FeedPage() {
  const filter = useSignal('all');
  const isShown = FILTERS[filter.value] ?? (() => true);
  const shown = messages.value.filter(isShown).slice(-SHOWN).reverse();
  return (
    <div class="stack">
      <h1>Messages</h1>
      {!isReachable.value && <Notice tone="bad">Staging cannot be reached. The page goes on trying.</Notice>}
      <dl class="panel figures">
        <Figure name="Received" value={stats.value?.messages} />
        <Figure name="Taken" value={stats.value?.taken} />
        <Figure name="Copies, known by their key" value={stats.value?.duplicates} />
      </dl>
      <Panel title="Delivery delay">
        {messages.value.length === 0 ? <Empty>No message yet.</Empty> : <DelayChart messages={messages.value} />}
      </Panel>
      <Panel
        title="As they arrive"
        aside={
          <button
            class="button quiet small"
            type="button"
            aria-pressed={paused.value}
            onClick={() => {
              paused.value = !paused.value;
            }}
          >
            {paused.value ? 'Go on' : 'Pause'}
          </button>
        }
      >
        <div class="feed-filter">
          <Select
            label="Show"
            value={filter.value}
            choices={CHOICES}
            onValue={(value) => {
              filter.value = value;
            }}
          />
        </div>
        {shown.length === 0 ? (
          <Empty>Nothing here yet. Register a player in the casino, and it appears.</Empty>
        ) : (
          <ol class="feed">
            {shown.map((message) => (
              <MessageRow key={message.n} message={message} />
            ))}
          </ol>
        )}
      </Panel>
    </div>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: number | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="figure">{value ?? '…'}</dd>
    </div>
  );
}

function MessageRow({ message }: { readonly message: Message }) {
  const { n, method, path, body, received_at, headers, status, taken, duplicate } = message;
  const line = lineOfMessage(method, path, body);
  const user = typeof body === 'object' && body !== null && 'user_id' in body ? String(body.user_id) : undefined;
  const what = taken ? 'taken' : duplicate ? 'copy' : status === 0 ? 'cut' : `${status}`;
  return (
    <li>
      <details>
        <summary>
          <span class="story-icon">
            <Icon name={line.icon} size={16} />
          </span>
          <span class="feed-what">
            {line.title} {line.amount !== undefined && <b>{line.amount}</b>}{' '}
            <small class="muted">
              {method} {path}
            </small>
          </span>
          <span class="small muted">
            {clockTime(received_at)} · {delayOf(message)} ms
          </span>
          <Badge tone={taken ? 'good' : duplicate ? 'gold' : 'bad'}>{what}</Badge>
        </summary>
        <div class="stack tight feed-more">
          <p class="small">
            Number {n} · event {headers['x-sequence'] ?? '?'} of the player ·{' '}
            {user !== undefined && <a href={`#/players/${encodeURIComponent(user)}`}>player {user}</a>}
          </p>
          <p class="mono muted">Idempotency-Key: {headers['idempotency-key'] ?? 'none'}</p>
          <pre>{JSON.stringify(body, undefined, 2)}</pre>
        </div>
      </details>
    </li>
  );
}
