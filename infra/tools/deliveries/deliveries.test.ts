import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { operationsRoutes } from '../../../services/ft-bridge/http/operations.routes.js';
import { type OperationsGround, operationsGround } from '../../../services/ft-bridge/tests/operations-ground.js';
import { logins, player, story } from '../../../services/ft-bridge/tests/stories.js';
import { createAdmission } from '../../../shared/http/admission.js';
import { startHttpServer } from '../../../shared/http/server.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { createMetrics } from '../../../shared/telemetry/metrics.js';
import { temporaryFolder } from '../../testing/temporary-folder.js';
import { runDeliveries } from './command.js';
import { readOptions } from './options.js';

// Goal: what an operator types does what the operations API does, and its last line says what that was. Method: the real
// routes over a real Postgres, in which lanes stand as delivery would have left them.

const ANN = player(1);
const BOB = player(2);
const KEY = 'a back-office key';

async function run(args: readonly string[], env: Record<string, string>) {
  const lines: string[] = [];
  const errors: string[] = [];
  const terminal = { out: (text: string) => lines.push(text), err: (text: string) => errors.push(text) };
  const code = await runDeliveries(args, env, terminal);
  return { code, text: lines.join('\n'), last: lines.at(-1), error: errors.at(-1) };
}

/** Operations with routes in front, and the data folder of a platform that says where they are. */
async function openPlatform(
  t: ExecutionContext,
): Promise<OperationsGround & { deliveries(...args: string[]): ReturnType<typeof run> }> {
  const ground = await operationsGround(t);
  const holders = [{ id: 'night-shift', sha256: createHash('sha256').update(KEY).digest('hex') }];
  const keys = { holders, admission: createAdmission({ nowMs: Date.now }) };
  const server = await startHttpServer({
    ...{ logger: silentLogger, metrics: createMetrics('test'), readiness: () => [], host: '127.0.0.1', port: 0 },
    routers: [operationsRoutes({ operations: ground.operations, keys })],
  });
  t.teardown(server.stop);
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'ready.json'), JSON.stringify({ bridge: server.url, keys: { backofficeApiKey: KEY } }));
  return { ...ground, deliveries: (...args) => run(args, { CROUPIER_DATA_DIR: folder }) };
}

test.serial('an operator lists, looks, retries, skips and replays', async (t) => {
  const { begin, fail, inbox, postgres, deliveries } = await openPlatform(t);
  await begin([...story(ANN, logins(4)), ...story(BOB, logins(2))], 0);
  t.like(await deliveries('parked'), { code: 0, text: 'No lane is parked.' });
  const failed = {
    playerId: ANN,
    revision: 0,
    part: 0,
    at: 1_000,
    status: 400,
    error: 'Fast Track answered 400',
    durationMs: 7,
  };
  await inbox.settle([], [], [], [failed]);
  await fail(ANN, -1);
  await fail(BOB, -1);
  await inbox.park(ANN, { revision: 0, kind: 'refused', reason: 'refused 8 times' });

  const parked = await deliveries('parked');
  t.regex(parked.text, /^1 +0 +PlayerLoggedIn +refused +\S+ +8 +400 +4 +- +refused 8 times$/m);
  t.is(parked.last, '1 lane is parked.');
  t.is((await deliveries('retrying')).last, '1 lane is retrying.');
  const lane = await deliveries('lane', ANN);
  t.regex(lane.text, /^ +0 +1 +1970-01-01T00:00:01.000Z +400 +7 +Fast Track answered 400$/m);
  t.is(lane.last, 'Player 1 is parked at revision 0 (refused; refused 8 times); 4 events wait.');

  t.is((await deliveries('retry', BOB)).last, 'Player 2 is tried at once, from revision 0 on.');
  const skipped = await deliveries('skip', ANN, '0', '--reason', 'the brand agreed');
  t.like(skipped, {
    code: 0,
    last: 'Player 1: revision 0 (PlayerLoggedIn) is skipped, and delivery goes on after it.',
  });
  t.is((await deliveries('lane', ANN)).last, 'Player 1 is being delivered; 3 events wait.');
  await postgres.query('UPDATE bridge.lanes SET delivered_revision = 2 WHERE player_id = $1', [ANN]);
  const replayed = await deliveries('replay', ANN, '--from', '1', '--to', new Date().toISOString());
  t.like(replayed, { code: 0, last: 'Player 1: 2 events are sent again, revisions 1 to 2.' });
  t.regex((await deliveries('lane', ANN)).last ?? '', /^Player 1 is told again of revisions up to 2; 1 is next\.$/);

  const decisions = await deliveries('decisions', ANN);
  t.regex(decisions.text, /night-shift +1 +skip +0 +PlayerLoggedIn +the brand agreed$/m);
  t.is(decisions.last, '2 decisions were made.');
  t.is((await deliveries('decisions')).last, '3 decisions were made.');
});

test.serial('what the bridge refuses is said in one sentence, with exit code 1', async (t) => {
  const { begin, inbox, stored, deliveries } = await openPlatform(t);
  await begin(story(ANN, logins(2)), 2);
  for (const [args, error] of [
    [['retry', ANN], 'Nothing was done: the lane is neither parked nor failing.'],
    [['lane', BOB], 'Nothing was done: There is no such player.'],
    [['skip', ANN, '7', '--reason', 'x'], /^Nothing was done: the lane is at revision 2, not at 7; look again/],
    [['replay', ANN, '--from', 'yesterday'], /^Nothing was done: from must be a time with a zone/],
    [['replay', ANN, '--from', '5'], 'Nothing was done: nothing in this range was delivered.'],
  ] as const) {
    const answer = await deliveries(...args);
    t.is(answer.code, 1, args.join(' '));
    t.is(answer.text, '');
    if (typeof error === 'string') t.is(answer.error, error);
    else t.regex(answer.error ?? '', error);
  }
  await inbox.park(ANN, { revision: 2, kind: 'unreadable', reason: 'unknown type' });
  stored.push(...story(BOB, logins(1)));
  const retried = await deliveries('retry', ANN);
  t.is(retried.code, 1, 'it was tried, and does not help');
  t.regex(retried.last ?? '', /^Nothing has changed: Player 1 is parked at revision 2 \(unreadable; unknown type\)/);
});

test('all pages are read', async (t) => {
  const { begin, inbox, deliveries } = await openPlatform(t);
  const players = Array.from({ length: 501 }, (_, index) => player(index + 1));
  await begin(
    players.flatMap((playerId) => story(playerId, logins(1))),
    0,
  );
  for (const playerId of players) await inbox.park(playerId, { revision: 0, kind: 'refused', reason: 'no' });
  t.is((await deliveries('parked')).last, '501 lanes are parked.');
});

test('a bridge is named by its address and key, or by the data folder of a platform', async (t) => {
  const folder = await temporaryFolder(t);
  const inFolder = { CROUPIER_DATA_DIR: folder };
  t.regex(
    (await run(['parked'], inFolder)).error ?? '',
    /^Nothing was done: there is no .*ready\.json: start the platform/,
  );
  await writeFile(join(folder, 'ready.json'), '{"bridge":"x"}');
  t.regex((await run(['parked'], inFolder)).error ?? '', /names no bridge and back-office key\.$/);
  t.regex((await run(['parked', '--url', 'http://127.0.0.1:1'], {})).error ?? '', /CROUPIER_BACKOFFICE_KEY\.$/);
  t.regex((await run(['parked', '--url', 'nowhere'], {})).error ?? '', /nowhere is no address\.$/);
  const away = await run(['parked', '--url', 'http://127.0.0.1:1/'], { CROUPIER_BACKOFFICE_KEY: KEY });
  t.is(away.code, 1);
  t.is(away.error, 'The outcome is not known: no answer from the bridge at http://127.0.0.1:1. Look at the lane.');
});

for (const args of [
  [],
  ['unpark', '1'],
  ['toString'],
  ['parked', '1'],
  ['parked', '--reason', 'x'],
  ['lane'],
  ['lane', 'anna'],
  ['retry', '0'],
  ['skip', '1', '2'],
  ['skip', '1', '2', '--reason', ' '],
  ['skip', '1', 'x', '--reason', 'y'],
  ['skip', '1', '--reason', 'y'],
  ['skip', '1', '2', '3', '--reason', 'y'],
  ['replay', '1', '2'],
  ['replay', '1', '--since', '2'],
  ['replay', '1', '--from'],
  ['decisions', '1', '2'],
]) {
  test(`'${args.join(' ')}' is answered with how it is used`, async (t) => {
    t.throws(() => readOptions(args), { name: 'UsageError' });
    const { code, text, error } = await run(args, {});
    t.deepEqual([code, text], [1, '']);
    t.regex(error ?? '', /^Nothing was done: /);
  });
}

test('help is no failure', async (t) => {
  t.like(await run(['--help'], {}), { code: 0 });
});
