import test, { type ExecutionContext } from 'ava';
import { until } from '../testing/until.js';
import { type FixtureOptions, fixtureSpec } from './fixtures/fixture-spec.js';
import { HOST, type PortName } from './ports.js';
import { identify } from './process-identity.js';
import { type RunningServers, type RunOptions, runServers } from './run-servers.js';
import type { ProcessName } from './server-spec.js';

type Fixtures = Partial<Record<ProcessName & PortName, FixtureOptions>>;

async function run(
  t: ExecutionContext,
  fixtures: Fixtures,
  options: Partial<RunOptions> = {},
): Promise<RunningServers> {
  const running = await runServers({
    dataDir: undefined,
    portBase: 0,
    neededPorts: [],
    specsOn: async (ground) =>
      Object.entries(fixtures).map(([name, fixture]) => fixtureSpec(ground, name as 'command', fixture)),
    ...options,
  });
  t.teardown(running.stop);
  return running;
}

async function pidBehind(running: Pick<RunningServers, 'ports'>, name: PortName): Promise<number | undefined> {
  const answer = await fetch(`http://${HOST}:${running.ports[name]}/`).catch(() => undefined);
  return answer === undefined ? undefined : Number(await answer.text());
}

const pidOf = (running: RunningServers, name: ProcessName) => running.pids()[name] ?? 0;

test('the pids are those of the servers themselves', async (t) => {
  const running = await run(t, { command: {}, query: {} });
  t.is(await pidBehind(running, 'command'), pidOf(running, 'command'));
  t.is(await pidBehind(running, 'query'), pidOf(running, 'query'));
});

test('a server that is killed comes back on the same port, again and again', async (t) => {
  const heard: string[] = [];
  const running = await run(
    t,
    { command: {} },
    { onDeath: (name, how) => heard.push(`${name} ${how}`), onRestarted: (name) => heard.push(`${name} back`) },
  );
  for (const times of [1, 2, 3]) {
    const killed = pidOf(running, 'command');
    process.kill(killed, 'SIGKILL');
    const successor = await until('a successor answers', async () => {
      const pid = await pidBehind(running, 'command');
      return pid !== undefined && pid !== killed && pid;
    });
    await until('the restart is reported', () => heard.length === times * 2);
    t.is(successor, pidOf(running, 'command'));
  }
  t.deepEqual(heard.slice(0, 2), ['command killed by SIGKILL', 'command back']);
});

test('a server starts after those it needs', async (t) => {
  const running = await run(t, { gateway: { after: ['query'] }, query: { after: ['command'] }, command: {} });
  const order = Object.entries(running.pids())
    .sort(([, a], [, b]) => a - b)
    .map(([name]) => name);
  t.deepEqual(order, ['command', 'query', 'gateway']);
});

test('a server that cannot start fails the start by name, with its last words, and takes the others down', async (t) => {
  let pids: Record<string, number> = {};
  const error = await t.throwsAsync(
    runServers({
      dataDir: undefined,
      portBase: 0,
      neededPorts: [],
      specsOn: async (ground) => {
        const command = fixtureSpec(ground, 'command');
        const isReady = async () => {
          const ok = await command.isReady();
          if (ok) pids = { command: (await pidBehind(ground, 'command')) ?? 0 };
          return ok;
        };
        return [{ ...command, isReady }, fixtureSpec(ground, 'query', { after: ['command'], behaviour: 'failing' })];
      },
    }),
    { name: 'ProcessStartFailed' },
  );
  t.is(error?.message, 'query could not start: exited with code 3\n  | THE_KEY is not set');
  t.is(identify(pids.command ?? 0), undefined);
});

test('a server that ignores being told to stop is killed, and the stop takes less than 10 s', async (t) => {
  const running = await run(t, { command: {}, query: { after: ['command'], behaviour: 'stubborn' } });
  const pids = Object.values(running.pids());
  const since = Date.now();
  await running.stop();
  t.true(Date.now() - since < 10_000);
  t.deepEqual(
    pids.map((pid) => identify(pid)),
    [undefined, undefined],
  );
});

test('a start that is called off leaves nothing running', async (t) => {
  const controller = new AbortController();
  let pid = 0;
  const start = runServers({
    dataDir: undefined,
    portBase: 0,
    neededPorts: [],
    signal: controller.signal,
    specsOn: async (ground) => {
      const isReady = async () => {
        pid = (await pidBehind(ground, 'command')) ?? 0;
        if (pid !== 0) controller.abort(new Error('called off'));
        return false;
      };
      return [{ ...fixtureSpec(ground, 'command'), isReady }];
    },
  });
  await t.throwsAsync(start, { message: 'called off' });
  t.not(pid, 0);
  t.is(identify(pid), undefined);
});
