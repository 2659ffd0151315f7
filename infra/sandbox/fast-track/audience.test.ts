import test from 'ava';
import { z } from 'zod';
import { callHttp } from '../http-call.js';
import { guideExamples, nativeExamples, sendMessage } from '../testing/ft-messages.js';
import { NO_GATEWAY, sandboxInTest } from '../testing/sandbox-in-test.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

const answerOf = z.object({
  segments: z.array(z.object({ id: z.string(), count: z.number() })),
  users: z.array(z.looseObject({ user_id: z.string() })),
});

for (const [profile, examples] of Object.entries({ guide: guideExamples, native: nativeExamples })) {
  test(`${profile}: who is in which segment, the one heard of last first, each message counted once`, async (t) => {
    const { urls } = await sandboxInTest(t, await temporaryFolder(t), NO_GATEWAY, { FT_PROFILE: profile });
    const ask = async (query = '') =>
      callHttp({ method: 'GET', url: `${urls.fastTrack}/audience${query}`, timeoutMs: 20_000 });
    const send = (name: keyof typeof guideExamples, userId: string) =>
      sendMessage(urls.fastTrack, examples[name], { userId, key: `${name}-${userId}` });
    await send('registered', '1');
    await send('registered', '2');
    await ask();
    for (const name of ['payment', 'casino', 'balances', 'balances'] as const) await send(name, '1');
    const [first, again] = [await ask(), await ask()];
    t.deepEqual(first, again);
    const { segments, users } = answerOf.parse(first?.body);
    t.deepEqual(
      segments.map(({ id, count }) => [id, count]),
      [
        ['everyone', 2],
        ['no_deposit', 1],
        ['depositors', 1],
        ['players', 1],
        ['with_bonus', 0],
        ['withdrew', 0],
      ],
    );
    // The copy is no message of its own.
    t.like(users[0], { user_id: '1', messages: 4, deposits: 1, bets: 1, cash: 98.5, bonus: 0 });
    t.like((await ask('?segment=no_deposit'))?.body, { users: { 0: { user_id: '2' } } });
    t.is((await ask('?segment=rich'))?.status, 400);
  });
}
