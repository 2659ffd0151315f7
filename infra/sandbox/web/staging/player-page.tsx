import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../design/api.js';
import { Empty, Panel, Switch } from '../design/parts.js';
import type { Entry, Timeline } from '../story/entries.js';
import { TimelineList } from '../story/timeline-list.js';
import { stats } from './feed.js';

/** The newest of a long life. */
const SHOWN = 200;
const SMALL = /\/(balances|user\/balances)$/;

/** What Fast Track knows of a player, as a story. */
export function PlayerPage({ userId }: { readonly userId: string }) {
  const entries = useSignal<readonly Entry[]>([]);
  const brief = useSignal(false);
  const seen = stats.value?.taken;
  // Asked again with every message that is taken.
  useEffect(() => {
    const leaving = new AbortController();
    call<Timeline>(`/timeline/${encodeURIComponent(userId)}`, { signal: leaving.signal }).then(
      (answer) => {
        entries.value = answer.entries;
      },
      () => undefined,
    );
    return () => leaving.abort();
  }, [userId, seen, entries]);
  const told = entries.value.filter((entry) => !brief.value || entry.kind === 'campaign' || !SMALL.test(entry.path));
  return (
    <div class="stack">
      <div class="row apart">
        <h1>Player {userId}</h1>
        <a href="#/players">All players</a>
      </div>
      <Panel
        title="Timeline"
        aside={
          <Switch
            label="Without balances"
            checked={brief.value}
            onChecked={(checked) => {
              brief.value = checked;
            }}
          />
        }
      >
        {told.length === 0 ? (
          <Empty>Nothing was heard of this player.</Empty>
        ) : (
          <TimelineList entries={told.slice(-SHOWN)} delays />
        )}
      </Panel>
    </div>
  );
}
