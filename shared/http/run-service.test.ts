import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import test from 'ava';

const FIXTURE = fileURLToPath(new URL('./testing/service-fixture.ts', import.meta.url));

type Ended = { readonly code: number | null; readonly output: string };

/** Runs the fixture. `said` waits for a line on stdout, `ended` for its end. */
function run(t: ExecutionContext, what: string, { supervised = false } = {}) {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), FIXTURE, what], {
    env: { ...process.env, CROUPIER_SUPERVISED: supervised ? '1' : '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    child.stdout.emit('said');
  });
  const ended: Promise<Ended> = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
  async function said(word: string): Promise<void> {
    while (!output.includes(word)) {
      if (child.exitCode !== null) throw new Error(`it ended without saying ${word}: ${output}`);
      await once(child.stdout, 'said');
    }
  }
  return { child, ended, said };
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} stops a service in order`, async (t) => {
    const { child, ended, said } = run(t, 'serves');
    await said('started');
    child.kill(signal);
    t.deepEqual(await ended, { code: 0, output: 'started\nstopping\nstopped\n' });
  });
}

test('signals that come again stop it once', async (t) => {
  const { child, ended, said } = run(t, 'serves');
  await said('started');
  for (let count = 0; count < 5; count += 1) child.kill(count % 2 === 0 ? 'SIGTERM' : 'SIGINT');
  t.deepEqual(await ended, { code: 0, output: 'started\nstopping\nstopped\n' });
});

test('on its own a service does not care that nobody holds its stdin', async (t) => {
  const { child, ended, said } = run(t, 'serves');
  await said('started');
  child.stdin.end();
  await once(child.stdin, 'close');
  t.is(child.exitCode, null);
  child.kill('SIGTERM');
  t.is((await ended).code, 0);
});

test('under a supervisor it stops when its pipe closes', async (t) => {
  const { child, ended, said } = run(t, 'serves', { supervised: true });
  await said('started');
  child.stdin.end();
  t.deepEqual(await ended, { code: 0, output: 'started\nstopping\nstopped\n' });
});

test('under a supervisor Ctrl-C is not its business, SIGTERM is', async (t) => {
  const { child, ended, said } = run(t, 'serves', { supervised: true });
  await said('started');
  child.kill('SIGINT');
  child.kill('SIGTERM');
  t.deepEqual(await ended, { code: 0, output: 'started\nstopping\nstopped\n' });
});

test('under a supervisor a Ctrl-C alone stops nothing', async (t) => {
  const { child, ended, said } = run(t, 'serves', { supervised: true });
  await said('started');
  child.kill('SIGINT');
  // Bytes on the pipe are not its end: when they have been taken, the signal has long been heard.
  await new Promise((resolve) => child.stdin.write('x'.repeat(1_000_000), resolve));
  t.is(child.exitCode, null);
  t.is(child.signalCode, null);
  child.stdin.end();
  t.is((await ended).code, 0);
});

for (const [what, reason] of [
  ['fails', 'no database at db:5432'],
  ['failsAtOnce', 'the configuration is not usable'],
] as const) {
  test(`a start that ${what} exits with 1 and the reason`, async (t) => {
    const { code, output } = await run(t, what).ended;
    t.is(code, 1);
    const entry = JSON.parse(output) as { level: number; err: { message: string } };
    t.is(entry.level, 60);
    t.true(entry.err.message.startsWith(reason));
  });
}

test('a stop that fails exits with 1 and the reason', async (t) => {
  const { child, ended, said } = run(t, 'failsStopping');
  await said('started');
  child.kill('SIGTERM');
  const { code, output } = await ended;
  t.is(code, 1);
  t.true(output.includes('cannot flush'));
});

for (const what of ['hangsStarting', 'hangsStopping']) {
  test(`what ${what} ends all the same once it is asked to`, async (t) => {
    const { child, ended, said } = run(t, what);
    await said('started');
    child.kill('SIGTERM');
    t.is((await ended).code, 1);
  });
}

test('a start that hangs does not outlive the supervisor', async (t) => {
  const { child, ended, said } = run(t, 'hangsStarting', { supervised: true });
  await said('started');
  child.stdin.end();
  t.is((await ended).code, 1);
});
