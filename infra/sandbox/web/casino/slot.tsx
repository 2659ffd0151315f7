import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ApiProblem, call } from '../design/api.js';
import { sentence } from '../design/form.js';
import { money } from '../design/format.js';
import { Notice, Select } from '../design/parts.js';
import { balance } from './live.js';
import { type Column, OUTCOME_WORDS, REELS, SYMBOLS, showing } from './reels.js';
import { login, own } from './session.js';
import { Picture } from './symbols.js';

type Spun = {
  readonly round_id: string;
  readonly transaction_ids: readonly string[];
  readonly stake: string;
  readonly win: string;
  readonly outcome: string;
  readonly settled: boolean;
};

const GAME = 'slot_abc';
const STAKES = ['0.50', '1.00', '2.00', '5.00'];
/** A spin that is answered at once is still seen to spin. */
const SPIN_MS = 700;
const STOP_EACH_MS = 180;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const isStill = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** The slot. The provider draws the outcome and moves the money; this page shows it. */
export function Slot({ onRound }: { readonly onRound: (round: Spun) => void }) {
  const columns = useSignal<readonly Column[]>(showing('no_win', Math.random));
  /** How many reels stand, from the left. */
  const standing = useSignal(REELS);
  const stake = useSignal('1.00');
  const busy = useSignal(false);
  const said = useSignal('Good luck.');
  const won = useSignal(false);
  const problem = useSignal<ApiProblem | undefined>(undefined);
  const session = useGameSession();
  const currency = balance.value?.currency ?? 'EUR';

  async function spin(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    problem.value = undefined;
    won.value = false;
    said.value = 'The reels spin.';
    standing.value = 0;
    try {
      const still = isStill();
      const [round] = await Promise.all([askToSpin(), wait(still ? 0 : SPIN_MS)]);
      columns.value = showing(round.outcome, Math.random);
      for (let reel = 1; reel <= REELS; reel += 1) {
        if (!still) await wait(STOP_EACH_MS);
        standing.value = reel;
      }
      won.value = Number(round.win) > 0;
      const words = OUTCOME_WORDS[round.outcome] ?? round.outcome;
      said.value = won.value ? `${words}: you win ${money(round.win, currency)}.` : 'No win this time.';
      if (!round.settled) said.value += ' It is credited as soon as the casino can be reached.';
      onRound(round);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      problem.value = error;
      said.value = 'The reels stand.';
    } finally {
      standing.value = REELS;
      busy.value = false;
    }
  }

  async function askToSpin(): Promise<Spun> {
    const ask = async () =>
      call<Spun>(`/games/${GAME}/spin`, {
        method: 'POST',
        json: { player_id: login.value?.playerId, session_id: await session.id(), stake: stake.value, currency },
      });
    try {
      return await ask();
    } catch (error) {
      // Idle for half an hour, or opened in another tab: a new session is all it takes.
      if (!(error instanceof ApiProblem) || error.code !== 'session_ended') throw error;
      session.renew();
      return ask();
    }
  }

  return (
    <div class="slot" data-tour="play">
      <div class={`reels ${won.value ? 'won' : ''}`} aria-hidden="true">
        {columns.value.map((column, reel) => (
          <Reel key={`reel ${reel + 1}`} column={column} spinning={reel >= standing.value} />
        ))}
        <div class="payline" />
      </div>
      <p class={`said ${won.value ? 'won' : ''}`} role="status" data-testid="said">
        {said.value}
      </p>
      {problem.value && <Notice tone="bad">{sentence(problem.value)}</Notice>}
      <div class="row slot-controls">
        <Select
          label="Stake"
          value={stake.value}
          choices={STAKES.map((value) => ({ value, label: money(value, currency) }))}
          onValue={(value) => {
            stake.value = value;
          }}
        />
        <button class="button spin" type="button" aria-disabled={busy.value} onClick={() => void spin()}>
          Spin
        </button>
      </div>
    </div>
  );
}

function Reel({ column, spinning }: { readonly column: Column; readonly spinning: boolean }) {
  return (
    <div class={`reel ${spinning ? 'spinning' : 'standing'}`}>
      <div class="strip">
        {spinning
          ? [...SYMBOLS, ...SYMBOLS].map((name, at) => <Picture key={`${name} ${at < SYMBOLS.length}`} name={name} />)
          : column.map((name, at) => <Picture key={`${name} ${['above', 'line', 'below'][at]}`} name={name} />)}
      </div>
    </div>
  );
}

/** Opens a game session at the first spin and leaves it with the page. */
function useGameSession() {
  const opened = useRef<Promise<string> | undefined>(undefined);
  useEffect(
    () => () => {
      // Left behind, it would idle out by itself.
      void opened.current?.then((id) => own(`/me/game-sessions/${id}`, { method: 'DELETE' })).catch(() => undefined);
    },
    [],
  );
  return {
    id(): Promise<string> {
      opened.current ??= own<{ session_id: string }>('/me/game-sessions', {
        method: 'POST',
        json: { provider: 'mock', game_id: GAME },
      }).then(({ session_id }) => session_id);
      // A session that could not be opened is asked for again.
      opened.current.catch(() => {
        opened.current = undefined;
      });
      return opened.current;
    },
    renew(): void {
      opened.current = undefined;
    },
  };
}
