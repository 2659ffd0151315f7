import { mustBe, type Player } from './player.js';

/** What a player, or the back office, does that moves no money. */
export function accountCalls(player: Player, sessions: Set<string>) {
  const { inquiry, story, token } = player;
  let subscribed = false;

  function endSessions(): void {
    for (let left = sessions.size; left > 0; left -= 1) story.tell('GameSessionEnded');
    sessions.clear();
  }

  return {
    /** Another consent each time, so each time there is news. */
    async changeConsents(): Promise<boolean> {
      subscribed = !subscribed;
      const json = { email: subscribed };
      const answer = await player.send({ as: 'player', method: 'PUT', to: '/me/consents', token, json });
      mustBe(inquiry, 'a change of consents', answer);
      story.tell('ConsentsChanged', { told: [{ kind: 'consents' }] });
      return subscribed;
    },
    async logIn(): Promise<void> {
      const answer = await player.send({ as: 'player', method: 'POST', to: '/login', json: player.login });
      mustBe(inquiry, 'a login', answer);
      story.tell('PlayerLoggedIn', { told: [{ kind: 'logged_in' }] });
    },
    async changeDetails(): Promise<void> {
      const json = { first_name: inquiry.id('Certificate') };
      mustBe(
        inquiry,
        'a change of details',
        await player.send({ as: 'player', method: 'PUT', to: '/me', token, json }),
      );
      story.tell('PlayerDetailsChanged', { told: [{ kind: 'details' }] });
    },
    async block(reason: 'fraud' | 'operator' | 'self_exclusion', active: boolean): Promise<void> {
      const to = `/backoffice/players/${player.id}/blocks`;
      const answer = await player.send({ as: 'back_office', method: 'POST', to, json: { reason, active } });
      mustBe(inquiry, active ? `a block for ${reason}` : `the end of the block for ${reason}`, answer);
      story.tell(active ? 'BlockPlaced' : 'BlockLifted', { told: [{ kind: 'blocks' }] });
      if (active) endSessions();
    },
    async setLimit(): Promise<void> {
      const json = { kind: 'wager', period: 'day', amount: '900.00' };
      mustBe(inquiry, 'a limit', await player.send({ as: 'player', method: 'PUT', to: '/me/limits', token, json }));
      story.tell('LimitChanged');
    },
    async endSession(sessionId: string): Promise<void> {
      const to = `/me/game-sessions/${sessionId}`;
      const answer = await player.send({ as: 'player', method: 'DELETE', to, token });
      mustBe(inquiry, 'the end of a game session', answer);
      sessions.delete(sessionId);
      story.tell('GameSessionEnded');
    },
  };
}
