import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { commandService, PROVIDER_SECRET, readyPlayer } from '../../services/command/tests/command-client.js';
import { callHttp } from '../sandbox/http-call.js';
import { type Reaction, scriptedServer } from '../sandbox/testing/scripted-server.js';

const run = promisify(execFile);
const example = fileURLToPath(new URL('./provider-client.mjs', import.meta.url));

/** The example's output, and what the player has afterwards, on a command service behind a wire with faults. */
async function playExample(t: ExecutionContext, fault: (path: string, number: number) => Reaction | undefined) {
  const command = await commandService(t);
  const player = await readyPlayer(command);
  const passed: Promise<unknown>[] = [];
  const wire = await scriptedServer(t, ({ url, headers, body }, number) => {
    const names = ['x-provider-id', 'x-timestamp', 'x-signature'];
    const call = callHttp({
      method: 'POST',
      url: `${command.url}${url}`,
      headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
      body: body.toString('utf8'),
      timeoutMs: 60_000,
    });
    passed.push(call);
    // What is cut has arrived all the same: only its answer is lost.
    return (
      fault(url, number) ??
      ((response) =>
        void call.then((answer) => response.writeHead(answer?.status ?? 502).end(JSON.stringify(answer?.body))))
    );
  });
  const env = {
    CROUPIER_URL: wire.url,
    PROVIDER_ID: 'mock',
    PROVIDER_SECRET,
    PLAYER_ID: player.playerId,
    SESSION_ID: player.sessionId,
    // A busy machine must not look like a lost answer.
    TIMEOUT_MS: '60000',
  };
  const { stdout } = await run(process.execPath, [example], { env: { ...process.env, ...env } });
  await Promise.all(passed);
  const { body } = await command.provider('balance', { player_id: player.playerId, session_id: player.sessionId });
  const actions = wire.received.map(({ url }) => url.replace('/provider/v1/', ''));
  return { lines: stdout.trimEnd().split('\n'), actions, balance: body.balance };
}

const balance = (cash: string) => ({ cash, bonus: '0.00', currency: 'EUR' });

test('the example client plays a round', async (t) => {
  const played = await playExample(t, () => undefined);
  t.deepEqual(played.actions, ['bet', 'win']);
  t.deepEqual(
    played.lines.map((line) => line.split(' ').slice(0, 2).join(' ')),
    ['bet 200', 'win 200'],
  );
  t.deepEqual(played.balance, balance('115.00'));
});

test('the example client repeats what has no answer, and it moves money once', async (t) => {
  const played = await playExample(t, (_, number) => (number === 1 || number === 3 ? 'cut' : undefined));
  t.deepEqual(played.actions, ['bet', 'bet', 'win', 'win']);
  t.deepEqual(played.balance, balance('115.00'));
});

test('the example client goes on with a win that is owed while its signature is not taken', async (t) => {
  const played = await playExample(t, (_, number) => (number === 2 ? { status: 401, json: {} } : undefined));
  t.deepEqual(played.actions, ['bet', 'win', 'win']);
  t.deepEqual(played.balance, balance('115.00'));
});

test('the example client rolls back a bet whose outcome it never hears', async (t) => {
  const played = await playExample(t, (path, number) => (path.endsWith('/bet') || number === 4 ? 'cut' : undefined));
  t.deepEqual(played.actions, ['bet', 'bet', 'bet', 'rollback', 'rollback']);
  t.deepEqual(played.balance, balance('100.00'));
});
