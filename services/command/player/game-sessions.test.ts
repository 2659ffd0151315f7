import test from 'ava';
import { liftBlock, logIn, logOut } from './account.js';
import { readBalance } from './game-sessions.js';
import { given, type Step } from './testing/given.js';
import { bet, blocked, play, READY_TO_PLAY, session, sessionEnded } from './testing/steps.js';

// Goal: one session is active per player and game; what ends one, and what it then still does.

const STARTED = { gameId: 'slot_abc', provider: 'mock' };
const loggedIn: Step = (player) => logIn(player, { loginId: 'l-1', otherLoginId: 'l-2', passwordRevision: 0 });
const loggedOut: Step = (player) => logOut(player, 'l-1');

test('a session is started for a game of the catalogue, by its provider', (t) => {
  given(t)
    .when(session())
    .thenEvents({ type: 'GameSessionStarted', data: { sessionId: 's-1', ...STARTED } });
  given(t).when(session('s-1', 'slot_unknown')).thenRejects({ type: 'GameNotFound' });
});

test('a newer session of the same game ends the older, one of another game does not', (t) => {
  given(t, session())
    .when(session('s-2'))
    .thenEvents(
      { type: 'GameSessionEnded', data: { sessionId: 's-1', ...STARTED, reason: 'superseded' } },
      { type: 'GameSessionStarted', data: { sessionId: 's-2', ...STARTED } },
    );
  given(t, session()).when(session('s-2', 'table_blackjack')).thenTypes('GameSessionStarted');
});

test('the request for a session repeated is the same session, also once it has ended', (t) => {
  given(t, session()).when(session()).thenNothing();
  given(t, session(), sessionEnded()).when(session()).thenNothing();
  given(t, session()).when(session('s-1', 'table_blackjack')).thenRejects({ type: 'IdempotencyConflict' });
});

test('the player ends a session, once', (t) => {
  given(t, session())
    .when(sessionEnded())
    .thenEvents({ type: 'GameSessionEnded', data: { sessionId: 's-1', ...STARTED, reason: 'player' } });
  given(t, session(), sessionEnded()).when(sessionEnded()).thenNothing();
  given(t).when(sessionEnded('s-9')).thenRejects({ type: 'SessionNotFound' });
});

test('a block of any reason ends every open session, and no other starts while it stands', (t) => {
  for (const reason of ['timeout', 'self_exclusion', 'fraud', 'operator'] as const) {
    const block = { reason, until: reason === 'timeout' ? '2026-01-03T00:00:00.000Z' : null };
    given(t, session(), session('s-2', 'table_blackjack'))
      .when(blocked(block))
      .thenTypes('BlockPlaced', 'GameSessionEnded', 'GameSessionEnded');
    given(t, blocked(block))
      .when(session())
      .thenRejects({ type: 'PlayerBlocked', reasons: [reason] });
  }
  const lifted: Step = (player) => liftBlock(player, 'operator');
  given(t, session(), blocked(), lifted).when(bet()).thenRejects({ type: 'SessionEnded' });
});

test('a logout ends every open session', (t) => {
  given(t, loggedIn, session(), session('s-2', 'table_blackjack'))
    .when(loggedOut)
    .thenTypes('PlayerLoggedOut', 'GameSessionEnded', 'GameSessionEnded');
});

test('an ended session takes no bet and no play, but still tells the balance', (t) => {
  const steps = [...READY_TO_PLAY, sessionEnded()];
  given(t, ...steps)
    .when(bet())
    .thenRejects({ type: 'SessionEnded' });
  given(t, ...steps)
    .when(play())
    .thenRejects({ type: 'SessionEnded' });
  given(t, ...steps)
    .when((player) => readBalance(player, 's-1', 'mock'))
    .thenAnswers({ balance: { cash: '100.00', bonus: '0.00' }, currency: 'EUR', replayed: false });
});

test("a bet's game may differ from its session's, as in a live lobby; its provider may not", (t) => {
  given(t, ...READY_TO_PLAY)
    .when(bet({ gameId: 'table_blackjack' }))
    .thenTypes('BetPlaced');
  given(t, ...READY_TO_PLAY)
    .when(bet({ provider: 'other' }))
    .thenRejects({ type: 'SessionNotFound' });
});
