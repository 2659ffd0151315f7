import test from 'ava';
import { isRevoked, logIn, logOut, markPasswordChanged } from './account.js';
import { given, registeredPlayer, type Step } from './testing/given.js';
import { session } from './testing/steps.js';

const loggedIn = (loginId: string, passwordRevision = 0) =>
  ((player) => logIn(player, { loginId, otherLoginId: `${loginId}-other`, passwordRevision })) satisfies Step;
const changed =
  (passwordRevision = 1): Step =>
  (player) =>
    markPasswordChanged(player, passwordRevision);

test('a changed password is marked once, and ends what is being played', (t) => {
  given(t, session())
    .when(changed())
    .thenEvents(
      { type: 'PlayerPasswordChanged', data: { passwordRevision: 1 } },
      {
        type: 'GameSessionEnded',
        data: { sessionId: 's-1', gameId: 'slot_abc', provider: 'mock', reason: 'logout' },
      },
    );
  given(t, changed()).when(changed()).thenNothing();
  given(t, changed(2)).when(changed(1)).thenNothing();
});

test('a login by a password that was changed while it was looked up is none', (t) => {
  given(t, changed(2)).when(loggedIn('l-1', 1)).thenRejects({ type: 'LoggedOut' });
});

test('a login by a password that was not heard of says first that it was changed', (t) => {
  given(t, loggedIn('l-1'), session())
    .when(loggedIn('l-2', 3))
    .thenTypes('PlayerPasswordChanged', 'GameSessionEnded', 'PlayerLoggedIn')
    .thenAnswers({ loginId: 'l-2' });
  // Its own repeat: the same login, by the new password.
  given(t, loggedIn('l-1')).when(loggedIn('l-1', 1)).thenTypes('PlayerPasswordChanged').thenAnswers({ loginId: 'l-1' });
});

test('every login by an earlier password is worth nothing, whether it is in a list or not', (t) => {
  const player = registeredPlayer();
  const revoked = (loginId: string, passwordRevision: number) => {
    const state = player.state();
    return state.status === 'registered' && isRevoked(state, { loginId, passwordRevision });
  };
  player.run(loggedIn('l-1'));
  t.false(revoked('l-1', 0));
  t.false(revoked('the registration', 0));
  player.run(changed());
  for (const login of ['l-1', 'the registration']) t.true(revoked(login, 0), login);
  t.false(revoked('l-2', 1));
  // Not yet marked here: newer than what we know is not older.
  t.false(revoked('l-3', 2));
  player.run((unfolding) => logOut(unfolding, 'l-2'));
  t.true(revoked('l-2', 1));
});
