/** A fault that somebody could have written: `find` is in the file exactly once, and `replace` takes its place. */
export type Mutant = {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
};

const PLAYER = 'services/command/player';
const RUNTIME = 'services/command/runtime';

export const MUTANTS: readonly Mutant[] = [
  // Idempotency.
  {
    name: 'a bet’s id is not looked up',
    file: `${PLAYER}/bets.ts`,
    find: 'const seen = unfolding.past.transaction(bet.provider, bet.transactionId);',
    replace: 'const seen = undefined as ReturnType<typeof unfolding.past.transaction>;',
  },
  {
    name: 'a repeated bet may have another amount',
    file: `${PLAYER}/bets.ts`,
    find: '    seen.amount === bet.amount &&\n',
    replace: '',
  },
  {
    name: 'a repeated win may name another bet',
    file: `${PLAYER}/wins.ts`,
    find: '    seen.reference === win.referenceTransactionId &&\n',
    replace: '',
  },
  {
    name: 'a repeated bet is answered with the balance of today',
    file: `${PLAYER}/bets.ts`,
    find: 'return nothingNew({ balance: seen.answer, currency: bet.currency, replayed: true });',
    replace: 'return nothingNew({ balance: visible(unfolding), currency: bet.currency, replayed: true });',
  },
  {
    name: 'a bet and a play may share an id',
    file: `${PLAYER}/bets.ts`,
    find: '    seen.playedWith === null &&\n',
    replace: '',
  },
  {
    name: 'of a play only the bet’s id is looked up',
    file: `${PLAYER}/plays.ts`,
    find: 'if (bet === undefined && win === undefined) return undefined;',
    replace: 'if (bet === undefined) return undefined;',
  },
  // Rollbacks and tombstones.
  {
    name: 'a rollback of nothing leaves no tombstone',
    file: `${PLAYER}/transactions.ts`,
    find: "memory.set(transactionKey(provider, referenceTransactionId), { kind: 'tombstone' });",
    replace: '',
  },
  {
    name: 'a late bet goes past its tombstone',
    file: `${PLAYER}/bets.ts`,
    find: "if (seen?.kind === 'tombstone') return reject({ type: 'TransactionRolledBack' });\n  if (seen !== undefined) {",
    replace: "if (seen !== undefined && seen.kind !== 'tombstone') {",
  },
  {
    name: 'a second rollback moves the money again',
    file: `${PLAYER}/rollbacks.ts`,
    find: '  if (original.rollback !== null) return nothingNew({ balance: original.rollback, currency, replayed: false });\n',
    replace: '',
  },
  {
    name: 'a win is taken after the rollback of its bet',
    file: `${PLAYER}/wins.ts`,
    find: "  if (bet.rollback !== null) return reject({ type: 'TransactionRolledBack' });\n",
    replace: '',
  },
  {
    name: 'a settled bet can be rolled back',
    file: `${PLAYER}/rollbacks.ts`,
    find: "  if (original.kind === 'bet' && original.standingWins > 0) return reject({ type: 'TransactionAlreadySettled' });\n",
    replace: '',
  },
  {
    name: 'the rollback of a win does not open its bet again',
    file: `${PLAYER}/rollbacks.ts`,
    find: "return bet?.kind === 'bet' && bet.standingWins === 1 ? win.reference : null;",
    replace: 'return bet === undefined ? win.reference : null;',
  },
  {
    name: 'the rollback of a bet takes nothing off its wagering',
    file: `${PLAYER}/rollbacks.ts`,
    find: '    if (isBet) uncountWagering(unfolding, original.wagering);\n',
    replace: '',
  },
  {
    name: 'the bonus part of a rolled back bet always goes to cash',
    file: `${PLAYER}/rollbacks.ts`,
    find: "return status === 'completed' ? { ...returned, converted: bonus } : { ...returned, cost: bonus };",
    replace: 'return { ...returned, converted: bonus };',
  },
  // Bonuses.
  {
    name: 'the bonus part of a win is rounded up',
    file: 'shared/money/money.ts',
    find: 'return writeRoundedDown(new Exact(amount).times(part).dividedBy(whole), decimalsOf(amount));',
    replace:
      'return write(new Exact(amount).times(part).dividedBy(whole).toDecimalPlaces(decimalsOf(amount), Decimal.ROUND_UP), decimalsOf(amount));',
  },
  {
    name: 'a bet on any game counts in full',
    file: `${PLAYER}/bonus-lifecycle.ts`,
    find: "amount: scale(scale(bet.amount, percent), '0.01') };",
    replace: "amount: percent === '0' ? scale(bet.amount, '0') : bet.amount };",
  },
  {
    name: 'more than the cap is converted',
    file: `${PLAYER}/bonus-lifecycle.ts`,
    find: 'const converted = cap === null ? convertible : smallest(convertible, cap);',
    replace: 'const converted = cap === null ? convertible : convertible;',
  },
  {
    name: 'a late win goes past the cap',
    file: `${PLAYER}/wins.ts`,
    find: 'return cap === null ? amount : smallest(amount, notBelowZero(subtract(cap, bonus.converted)));',
    replace: 'return cap === null ? amount : smallest(amount, notBelowZero(cap));',
  },
  {
    name: 'a sticky amount is converted',
    file: `${PLAYER}/bonus-lifecycle.ts`,
    find: '  const convertible = template.sticky\n',
    replace: '  const convertible = template.sticky && cap !== null\n',
  },
  {
    name: 'the queue grants two at once',
    file: `${PLAYER}/bonus-lifecycle.ts`,
    find: 'if (activeBonus !== null || userBonusId === undefined || blocks.size > 0) return;',
    replace: 'if (userBonusId === undefined || blocks.size > 0) return;',
  },
  {
    name: 'a waiting bonus begins while the player is blocked',
    file: `${PLAYER}/bonus-lifecycle.ts`,
    find: 'if (activeBonus !== null || userBonusId === undefined || blocks.size > 0) return;',
    replace: 'if (activeBonus !== null || userBonusId === undefined) return;',
  },
  {
    name: 'a bonus never expires',
    file: `${PLAYER}/due.ts`,
    find: 'if (bonus !== null && bonus.expiresAt <= unfolding.now)',
    replace: "if (bonus !== null && bonus.expiresAt <= '2000')",
  },
  {
    name: 'an empty bonus is lost while a bet of it is out',
    file: `${PLAYER}/bonus-lifecycle.ts`,
    find: 'activeBonus.openBets.length === 0 && ',
    replace: '',
  },
  {
    name: 'a bonus outlives the deposit that it came with',
    file: `${PLAYER}/payments.ts`,
    find: "      if (bonus?.depositId === paymentId) cancelBonus(unfolding, bonus.userBonusId, 'deposit_reversed');\n",
    replace: '',
  },
  {
    name: 'a bonus-first stake is taken from cash first',
    file: `${PLAYER}/bets.ts`,
    find: "stakeOrder === 'bonus_first' ?",
    replace: "stakeOrder === ('none' as string) ?",
  },
  {
    name: 'the largest bet of a bonus is not looked at',
    file: `${PLAYER}/bets.ts`,
    find: 'if (maxBet !== null && isLess(maxBet, bet.amount)) {',
    replace: 'if (maxBet !== null && isLess(add(maxBet, bet.amount), bet.amount)) {',
  },
  // Payments.
  {
    name: 'a rejected withdrawal stays on hold',
    file: `${PLAYER}/payments.ts`,
    find: 'const data = { paymentId, psp, amount, currency, ...moving(unfolding, release(unfolding, payment)) };\n  unfolding',
    replace: 'const data = { paymentId, psp, amount, currency, ...moving(unfolding, []) };\n  unfolding',
  },
  {
    name: 'late money is not taken',
    file: `${PLAYER}/payments.ts`,
    find: ".with(['deposit', P.union('requested', 'failed'), 'completed'], () => {",
    replace: ".with(['deposit', P.union('requested'), 'completed'], () => {",
  },
  {
    name: 'a chargeback is not debited',
    file: `${PLAYER}/payments.ts`,
    find: 'const postings = legs(debit(cash, amount, currency), credit(pspAccount(psp), amount, currency));',
    replace: 'const postings = legs();',
  },
  {
    name: 'who owes is paid out',
    file: `${PLAYER}/payments.ts`,
    find: 'if (isNegative(state.balances.cash)) {',
    replace: "if (isNegative(state.balances.cash) && payment.psp === '') {",
  },
  // Limits.
  {
    name: 'a raised limit binds at once',
    file: `${PLAYER}/limits.ts`,
    find: 'if (standing !== undefined && isAbove(amount, standing.amount)) {',
    replace: 'if (standing !== undefined && amount === null && isAbove(amount, standing.amount)) {',
  },
  {
    name: 'a raise asked for again begins its day anew',
    file: `${PLAYER}/limits.ts`,
    find: 'if (pending !== null && pending.amount === amount) return nothingNew(answer(unfolding, request));',
    replace: '',
  },
  {
    name: 'the last whole hour of a day does not count',
    file: `${PLAYER}/spending.ts`,
    find: '{ day: 24, week: 168, month: 720 }',
    replace: '{ day: 23, week: 168, month: 720 }',
  },
  {
    name: 'a rolled back bet stays wagered',
    file: `${PLAYER}/spending.ts`,
    find: '{ wager: negate(amount), loss: negate(cash) }',
    replace: '{ loss: negate(cash) }',
  },
  {
    name: 'a rollback is counted in its own hour',
    file: `${PLAYER}/spending.ts`,
    find: 'return count(state, originalAt ?? at, change);',
    replace: 'return count(state, at, change);',
  },
  {
    name: 'a failed deposit stays deposited',
    file: `${PLAYER}/spending.ts`,
    find: 'return count(state, requestedAt, { deposit: negate(event.data.amount) });',
    replace: 'return count(state, requestedAt, {});',
  },
  {
    name: 'the largest bet of a bonus goes before the limits',
    file: `${PLAYER}/bets.ts`,
    find: 'if (limits.size > 0) {',
    replace: 'if (limits.size > 0 && activeBonus === null) {',
  },
  {
    name: 'a lower limit waits for a day too',
    file: `${PLAYER}/limits.ts`,
    find: 'if (standing !== undefined && isAbove(amount, standing.amount)) {',
    replace: 'if (standing !== undefined && amount !== standing.amount) {',
  },
  {
    name: 'a deposit is not held against its limit',
    file: `${PLAYER}/payments.ts`,
    find: 'const exceeded = exceededLimit(unfolding, { deposit: request.amount });',
    replace: 'const exceeded = exceededLimit(unfolding, {});',
  },
  {
    name: 'a stake from bonus money is held against the limit of losses',
    file: `${PLAYER}/bets.ts`,
    find: 'loss: fund(unfolding, bet.amount).cash });',
    replace: 'loss: bet.amount });',
  },
  {
    name: 'a win does not make up for a loss',
    file: `${PLAYER}/spending.ts`,
    find: 'return count(state, at, { loss: negate(event.data.payout.cash) });',
    replace: 'return state.spending;',
  },
  {
    name: 'of a play only the stake is counted',
    file: `${PLAYER}/spending.ts`,
    find: 'loss: subtract(bet.funding.cash, win.payout.cash) });',
    replace: 'loss: bet.funding.cash });',
  },
  {
    name: 'any limit that would be passed answers, not the tightest',
    file: `${PLAYER}/limits.ts`,
    find: '(tightest === undefined || isLess(left, tightest.left))) tightest',
    replace: 'tightest === undefined) tightest',
  },
  {
    name: 'what was pending stays when a limit is lowered',
    file: `${PLAYER}/evolve-limits.ts`,
    find: 'withEntry(state.limits, name, { kind, period, amount, pending: null }) };',
    replace:
      'withEntry(state.limits, name, { kind, period, amount, pending: state.limits.get(name)?.pending ?? null }) };',
  },
  // Plays, sessions, blocks.
  {
    name: 'a play pays its win and takes no stake',
    file: `${PLAYER}/plays.ts`,
    find: '    ...stakePostings(unfolding, stake, funding),\n',
    replace: '',
  },
  {
    name: 'a bet in an idle session is taken',
    file: `${PLAYER}/due.ts`,
    find: 'if (lastUsedAt <= since) {',
    replace: 'if (lastUsedAt <= addMilliseconds(since, -24 * SESSION_IDLE_MS)) {',
  },
  {
    name: 'a block leaves the game open',
    file: `${PLAYER}/account.ts`,
    find: "  endAllGameSessions(unfolding, 'block');\n",
    replace: '',
  },
  {
    name: 'a player shortens a block',
    file: `${PLAYER}/account.ts`,
    find: 'const lengthens = until === null || (standing.until !== null && until > standing.until);',
    replace: 'const lengthens = until === null || (standing.until !== null && until !== standing.until);',
  },
  // Passwords: what a login by an earlier one is worth.
  {
    name: 'a login by an earlier password is one',
    file: `${PLAYER}/account.ts`,
    find: "  if (login.passwordRevision < unfolding.state.passwordRevision) return reject({ type: 'LoggedOut' });\n",
    replace: '',
  },
  {
    name: 'a login by a newer password does not say that it was changed',
    file: `${PLAYER}/account.ts`,
    find: '  recordPasswordChange(unfolding, login.passwordRevision);\n',
    replace: '',
  },
  {
    name: 'a password is marked again with each request',
    file: `${PLAYER}/account.ts`,
    find: 'if (unfolding.state.passwordRevision >= passwordRevision) return;',
    replace: 'if (unfolding.state.passwordRevision > passwordRevision) return;',
  },
  {
    name: 'an earlier password is marked after a later one',
    file: `${PLAYER}/account.ts`,
    find: 'if (unfolding.state.passwordRevision >= passwordRevision) return;',
    replace: 'if (unfolding.state.passwordRevision === passwordRevision) return;',
  },
  {
    name: 'a changed password leaves the game open',
    file: `${PLAYER}/account.ts`,
    find: "data: { passwordRevision } });\n  endAllGameSessions(unfolding, 'logout');\n",
    replace: 'data: { passwordRevision } });\n',
  },
  {
    name: 'a changed password is not remembered',
    file: `${PLAYER}/evolve.ts`,
    find: 'return { ...state, passwordRevision: event.data.passwordRevision };',
    replace: 'return state;',
  },
  // Forgetting.
  {
    name: 'who owes something, or is owed, is forgotten',
    file: `${PLAYER}/forgetting.ts`,
    find: "(['cash', 'bonus', 'withdrawal'] as const)",
    replace: "(['bonus', 'withdrawal'] as const)",
  },
  {
    name: 'an open payment keeps nobody from being forgotten',
    file: `${PLAYER}/forgetting.ts`,
    find: 'return openPayments > 0 ?',
    replace: 'return openPayments < 0 ?',
  },
  {
    name: 'a bonus waits on for a forgotten player',
    file: `${PLAYER}/forgetting.ts`,
    find: "  cancelAllBonuses(unfolding, 'operator');\n",
    replace: '',
  },
  {
    name: 'a forgotten player plays on',
    file: `${PLAYER}/forgetting.ts`,
    find: "  endAllGameSessions(unfolding, 'block');\n",
    replace: '',
  },
  {
    name: 'who was forgotten is found again',
    file: `${PLAYER}/decision.ts`,
    find: 'if (player.state.forgotten !== null &&',
    replace: 'if (player.state.forgotten?.selfExcluded === true &&',
  },
  {
    name: 'a late win of a forgotten player is refused',
    file: `${PLAYER}/decision.ts`,
    find: '!alsoForgotten && !isOfSeenId(decision))',
    replace: '!isOfSeenId(decision))',
  },
  {
    name: 'a repeat after the player was forgotten is not answered',
    file: `${PLAYER}/decision.ts`,
    find: '!alsoForgotten && !isOfSeenId(decision))',
    replace: '!alsoForgotten)',
  },
  {
    name: 'who was forgotten registers again',
    file: `${PLAYER}/account.ts`,
    find: "return player.state.forgotten === null ? nothingNew('registered') : reject({ type: 'EmailTaken' });",
    replace: "return nothingNew('registered');",
  },
  {
    name: 'that somebody was forgotten is forgotten',
    file: `${PLAYER}/evolve.ts`,
    find: 'return { ...state, forgotten: event.data };',
    replace: 'return state;',
  },
  {
    name: 'who excluded themselves is remembered as anybody',
    file: `${PLAYER}/forgetting.ts`,
    find: "const selfExcluded = state.blocks.has('self_exclusion');",
    replace: "const selfExcluded = state.blocks.has('fraud');",
  },
  {
    name: 'personal data goes before the decision is stored',
    file: `${RUNTIME}/erasure.ts`,
    find: '      const executed = await players.decide(playerId, context, forgetPlayer, { alsoForgotten: true });\n',
    replace:
      '      await erase(playerId, { selfExcluded: false });\n      const executed = await players.decide(playerId, context, forgetPlayer, { alsoForgotten: true });\n',
  },
  {
    name: 'personal data goes although the player is not forgotten',
    file: `${RUNTIME}/erasure.ts`,
    find: 'if (executed.decision.ok) await erase(playerId, executed.decision.answer);',
    replace: 'await erase(playerId, executed.decision.ok ? executed.decision.answer : { selfExcluded: true });',
  },
  {
    name: 'the profile goes before the address that only it knows',
    file: `${RUNTIME}/erasure.ts`,
    find: '    if (email !== undefined) await reservations.release(email, playerId);\n',
    replace:
      '    if (email !== undefined) await store.deleteStream(profileStream(playerId));\n    if (email !== undefined) await reservations.release(email, playerId);\n',
  },
  {
    name: 'who excluded themselves lose their address',
    file: `${RUNTIME}/erasure.ts`,
    find: 'const email = selfExcluded ? undefined : await emailOf(store, playerId);',
    replace: 'const email = selfExcluded && playerId === undefined ? undefined : await emailOf(store, playerId);',
  },
  {
    name: 'the address stays',
    file: `${RUNTIME}/erasure.ts`,
    find: '    if (email !== undefined) await reservations.release(email, playerId);\n',
    replace: '    if (email === undefined) await reservations.release(playerId, playerId);\n',
  },
  {
    name: 'what a crash left of a forgotten player stays',
    file: `${RUNTIME}/erasure.ts`,
    find: '      await erase(playerId, ask.decision.answer);\n',
    replace: '',
  },
  {
    name: 'a follower deletes whoever it is told of',
    file: `${RUNTIME}/erasure.ts`,
    find: 'if (!ask.decision.ok || ask.decision.answer === null) return false;\n      await erase(playerId, ask.decision.answer);',
    replace:
      'if (!ask.decision.ok) return false;\n      await erase(playerId, ask.decision.answer ?? { selfExcluded: true });',
  },
  {
    name: 'a repeated forgetting does not finish the first',
    file: `${RUNTIME}/erasure.ts`,
    find: 'if (executed.decision.ok) await erase(',
    replace: 'if (executed.position !== undefined && executed.decision.ok) await erase(',
  },
  // The loop around the deciders.
  {
    name: 'a refusal is not confirmed at the head',
    file: `${RUNTIME}/decide-together.ts`,
    find: "if ('defect' in decided || isReplay(decided.decision)) return 'known';",
    replace: "if ('defect' in decided || !decided.decision.ok || isReplay(decided.decision)) return 'known';",
  },
  {
    name: 'after a lost race nothing is read again',
    file: `${RUNTIME}/players.ts`,
    find: '        await histories.catchUp(playerId, aggregate);\n        atHead = true;\n',
    replace:
      '        aggregate.head = { ...aggregate.head, revision: aggregate.head.revision + 1 };\n        atHead = true;\n',
  },
  {
    name: 'a lost race is answered as if it had been won',
    file: `${RUNTIME}/players.ts`,
    find: 'if (!(error instanceof RevisionConflict)) return decided.map(() => failed(error));',
    replace: 'return decided.map((one) => outcomeOf(one, 0n));',
  },
  {
    name: 'what was cached stays after an append of unknown outcome',
    file: `${RUNTIME}/players.ts`,
    find: '        histories.discard(playerId);\n        if (!(error instanceof RevisionConflict)) return',
    replace:
      '        if (!(error instanceof RevisionConflict)) branch.adopt();\n        if (!(error instanceof RevisionConflict)) return',
  },
  {
    name: 'what is decided is not applied to what is cached',
    file: `${RUNTIME}/aggregate.ts`,
    find: '      aggregate.state = grown.state;\n',
    replace: '',
  },
  {
    name: 'requests that are served together do not see what each other spent',
    file: `${RUNTIME}/decide-together.ts`,
    find: 'state: grown.state, past: grown.past',
    replace: 'state: aggregate.state, past: grown.past',
  },
  {
    name: 'requests that are served together do not know each other’s ids',
    file: `${RUNTIME}/decide-together.ts`,
    find: 'state: grown.state, past: grown.past',
    replace: 'state: grown.state, past: aggregate.past',
  },
  {
    name: 'a snapshot of another version is used',
    file: `${RUNTIME}/aggregate.ts`,
    find: 'if (snapshot?.stateVersion === STATE_VERSION) {',
    replace: 'if (snapshot !== undefined) {',
  },
  {
    name: 'a snapshot of another history is believed',
    file: `${RUNTIME}/aggregate.ts`,
    find: 'if (stored?.revision !== head.revision || stored.metadata.hash !== head.hash)',
    replace: 'if (stored?.revision !== head.revision)',
  },
  {
    name: 'a save forgets the transactions since the last one',
    file: `${RUNTIME}/aggregate.ts`,
    find: '  for (const [key, record] of recent) all.set(recordKey.transaction(key), record);\n',
    replace: '',
  },
  {
    name: 'the expected revision is whatever the stream is at',
    file: 'infra/tools/simulate/sim-store.ts',
    find: 'if (start !== stored.length)\n',
    replace: "if (start !== stored.length && expected === 'no_stream')\n",
  },
];
