import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../design/api.js';
import { Icon } from '../design/icon.js';
import { startTour } from '../tour/tour-state.js';
import { BonusCard } from './bonus-card.js';
import { type Bonus, useOwn } from './player.js';
import { login } from './session.js';
import { Picture } from './symbols.js';

type Game = { readonly game_id: string; readonly name: string; readonly category: string; readonly rtp: string };

export function HomePage() {
  return login.value === undefined ? <Welcome /> : <Lobby />;
}

function Welcome() {
  return (
    <div class="stack">
      <section class="hero">
        <div class="hero-symbols" aria-hidden="true">
          <Picture name="seven" />
          <Picture name="gem" />
          <Picture name="bell" />
        </div>
        <h1>The house keeps exact books.</h1>
        <p>
          A casino to try Croupier with: play money, a real ledger behind it. Every stake and every win is a posting,
          and Fast Track hears of it within a second.
        </p>
        <div class="row">
          <a class="button" href="#/register">
            Register
          </a>
          <a class="button quiet" href="#/login">
            Log in
          </a>
          <button class="button quiet" type="button" onClick={startTour}>
            Take the guided tour
          </button>
        </div>
      </section>
      <Games />
    </div>
  );
}

function Lobby() {
  const bonuses = useOwn<{ readonly bonuses: readonly Bonus[] }>('/me/bonuses?limit=5')?.bonuses ?? [];
  const active = bonuses.find(({ status }) => status === 'granted');
  return (
    <div class="stack">
      <div class="row apart">
        <h1>Games</h1>
        <button class="button quiet small" type="button" onClick={startTour}>
          Guided tour
        </button>
      </div>
      {active && (
        <div data-tour="bonus">
          <BonusCard bonus={active} />
        </div>
      )}
      <Games />
    </div>
  );
}

function Games() {
  const games = useSignal<readonly Game[]>([]);
  useEffect(() => {
    call<{ games: readonly Game[] }>('/games').then(
      (answer) => {
        games.value = answer.games;
      },
      () => undefined,
    );
  }, []);
  return (
    <ul class="games">
      {games.value.map((game) => (
        <li key={game.game_id}>
          <a class="game-card" href={login.value === undefined ? '#/register' : `#/games/${game.game_id}`}>
            <span class="game-art" aria-hidden="true">
              <Picture name="cherry" />
              <Picture name="seven" />
              <Picture name="gem" />
            </span>
            <b>{game.name}</b>
            <span class="muted small">
              {game.category} · returns {game.rtp} %
            </span>
            <span class="play">
              <Icon name="game" size={18} /> Play
            </span>
          </a>
        </li>
      ))}
      <li class="game-card soon">
        <b>Blackjack</b>
        <span class="muted small">In the catalogue; its provider has no table open.</span>
      </li>
    </ul>
  );
}
