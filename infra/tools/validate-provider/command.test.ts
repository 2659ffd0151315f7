import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { startHttpServer } from '../../../shared/http/server.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { createMetrics } from '../../../shared/telemetry/metrics.js';
import { providerRoutes } from '../../sandbox/provider/provider.routes.js';
import { openRounds } from '../../sandbox/provider/rounds.js';
import { createWalletClient } from '../../sandbox/provider/wallet-client.js';
import { seededRandom } from '../../sandbox/random.js';
import { NO_GATEWAY } from '../../sandbox/testing/sandbox-in-test.js';
import { temporaryFolder } from '../../testing/temporary-folder.js';
import { runValidateProvider } from './command.js';
import { sentenceOf, tablesOf } from './output.js';
import { PROVIDER } from './testing/scripted-provider.js';
import { httpTrigger } from './trigger.js';
import { validate } from './validate.js';

const ENV = { CROUPIER_PROVIDER_SECRET: PROVIDER.secret };

async function runInTest(args: readonly string[], env: Record<string, string> = ENV) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runValidateProvider(args, env, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** The sandbox's own provider, on the wallet at this URL. Its answers may be as late as a busy machine makes them. */
async function sandboxProvider(t: ExecutionContext, walletUrl: string): Promise<string> {
  const signer = { idHeader: 'X-Provider-Id', ...PROVIDER } as const;
  const wallet = createWalletClient(walletUrl, signer, { firstMs: 10, maxMs: 100 }, 60_000);
  const rounds = await openRounds({ dataDir: await temporaryFolder(t), wallet, logger: silentLogger });
  t.teardown(() => rounds.stop());
  const server = await startHttpServer({
    ...{ logger: silentLogger, metrics: createMetrics('provider'), readiness: () => [], host: '127.0.0.1', port: 0 },
    routers: [providerRoutes({ rounds, wallet, random: seededRandom(1) })],
  });
  t.teardown(() => server.stop());
  return server.url;
}

async function sandboxValidated(t: ExecutionContext, mode: 'bet_and_win' | 'play') {
  const game = { gameId: 'slot_abc', currency: 'EUR', stake: '1.00' };
  return validate({
    ...{ host: '127.0.0.1', port: 0, provider: PROVIDER, ...game, isByHand: false, silenceMs: 0 },
    async onListening(walletUrl) {
      const url = `${await sandboxProvider(t, walletUrl)}/games/{game_id}/spin`;
      const body = `{"player_id":"{player_id}","session_id":"{session_id}","stake":"{stake}","currency":"{currency}","mode":"${mode}"}`;
      return httpTrigger({ url, body }, game);
    },
    patience: () => wait(60_000, undefined, { ref: false }),
    // Many times its pause between repeats.
    quiet: () => wait(300),
  });
}

test("the sandbox's provider does what the document says, with bets and wins", async (t) => {
  const report = await sandboxValidated(t, 'bet_and_win');
  t.true(report.ok, tablesOf(report));
  t.deepEqual(
    report.results.filter(({ result }) => result !== 'passed'),
    [],
  );
});

test("the sandbox's provider does what the document says, with plays; it never owes a win then", async (t) => {
  const report = await sandboxValidated(t, 'play');
  t.true(report.ok, tablesOf(report));
  t.regex(sentenceOf(report), /but for what your rounds never met: win-owed\.$/);
});

test('a provider that cannot be reached fails: exit 1, and the report says why', async (t) => {
  const out = await temporaryFolder(t);
  const now = ['--port', '0', '--patience', '0', '--quiet', '0', '--out', out];
  const run = await runInTest(['--trigger', NO_GATEWAY, ...now]);
  t.is(run.code, 1);
  t.regex(run.out, /round +a round is played and closed +0 +FAILED/);
  t.regex(
    run.out,
    /no bet and no play came\n {2}- no bet was taken\n {2}- your answer to the request for a round: none/,
  );
  const report = JSON.parse(await readFile(join(out, 'provider-validation.json'), 'utf8'));
  t.like(report, { ok: false, calls: [] });
  t.is(run.out.split('\n').at(-1), report.sentence);
});

test('help is shown when asked for, and with a question that cannot be answered', async (t) => {
  const help = await runInTest(['--help'], {});
  t.is(help.code, 0);
  t.regex(help.out, /^npm run validate-provider/);
  for (const [args, env, why] of [
    [[], {}, /CROUPIER_PROVIDER_SECRET needs 16 characters/],
    [['--currency', 'XXX'], ENV, /--currency XXX is not in ISO 4217/],
    [['--stake', '1.005'], ENV, /--stake 1.005 is no amount of EUR/],
    [['--trigger', 'nowhere'], ENV, /--trigger nowhere is no URL/],
    [['--port', '70000'], ENV, /--port must be a number, 0 to 65535/],
    [['--wrong'], ENV, /Unknown option '--wrong'/],
  ] as const) {
    const { code, out, err } = await runInTest(args, env);
    t.is(code, 1);
    t.is(out, '');
    t.regex(err, why);
  }
});
