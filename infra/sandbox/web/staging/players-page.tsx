import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../design/api.js';
import { clockTime } from '../design/format.js';
import { Empty, Panel } from '../design/parts.js';
import { goTo } from '../design/router.js';
import { stats } from './feed.js';

type Member = {
  readonly user_id: string;
  readonly messages: number;
  readonly deposits: number;
  readonly bets: number;
  readonly cash: number;
  readonly bonus: number;
  readonly last_at: string;
};
type Audience = {
  readonly segments: readonly { readonly id: string; readonly name: string; readonly count: number }[];
  readonly users: readonly Member[];
};

export function PlayersPage() {
  const segment = useSignal('everyone');
  const audience = useSignal<Audience | undefined>(undefined);
  const seen = stats.value?.taken;
  // Asked again with every message that is taken.
  useEffect(() => {
    const leaving = new AbortController();
    call<Audience>(`/audience?segment=${segment.value}`, { signal: leaving.signal }).then(
      (answer) => {
        audience.value = answer;
      },
      () => undefined,
    );
    return () => leaving.abort();
  }, [segment.value, seen, audience, segment]);
  const users = audience.value?.users ?? [];
  return (
    <div class="stack">
      <h1>Players</h1>
      <div class="row segments">
        {audience.value?.segments.map(({ id, name, count }) => (
          <button
            key={id}
            type="button"
            class="button quiet small"
            aria-pressed={segment.value === id}
            onClick={() => {
              segment.value = id;
            }}
          >
            {name} <b>{count}</b>
          </button>
        ))}
      </div>
      <Panel title="Heard of last">
        {users.length === 0 ? (
          <Empty>Nobody is in this segment.</Empty>
        ) : (
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">Player</th>
                  <th scope="col">Last</th>
                  <th scope="col" class="number">
                    Messages
                  </th>
                  <th scope="col" class="number">
                    Deposits
                  </th>
                  <th scope="col" class="number">
                    Bets
                  </th>
                  <th scope="col" class="number">
                    Cash
                  </th>
                  <th scope="col" class="number">
                    Bonus
                  </th>
                </tr>
              </thead>
              <tbody>
                {users.map((user) => (
                  <tr key={user.user_id}>
                    <td>
                      <a href={`#/players/${encodeURIComponent(user.user_id)}`}>{user.user_id}</a>
                    </td>
                    <td>{clockTime(user.last_at)}</td>
                    <td class="number">{user.messages}</td>
                    <td class="number">{user.deposits}</td>
                    <td class="number">{user.bets}</td>
                    <td class="number">{user.cash}</td>
                    <td class="number">{user.bonus}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
      <FindPlayer />
    </div>
  );
}

function FindPlayer() {
  const id = useSignal('');
  return (
    <form
      class="row find"
      onSubmit={(event) => {
        event.preventDefault();
        if (id.value.trim() !== '') goTo(`/players/${encodeURIComponent(id.value.trim())}`);
      }}
    >
      <input
        class="input"
        aria-label="Player id"
        placeholder="Player id"
        value={id.value}
        onInput={(event) => {
          id.value = event.currentTarget.value;
        }}
      />
      <button class="button quiet" type="submit">
        Show the timeline
      </button>
    </form>
  );
}
