import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import { z } from 'zod';
import { nodeCommand } from '../../embedded/node-process.js';
import { callHttp } from '../http-call.js';
import { guideExamples, sendMessage } from '../testing/ft-messages.js';
import { NO_GATEWAY, sandboxEnv } from '../testing/sandbox-in-test.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

type Child = { readonly fastTrack: string; kill(): Promise<void> };

async function startChild(t: ExecutionContext, dataDir: string): Promise<Child> {
  const [node, ...words] = nodeCommand('infra/sandbox/main.ts');
  const child = spawn(node, words, {
    env: { PATH: process.env.PATH, ...sandboxEnv(dataDir, NO_GATEWAY) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  t.teardown(kill);
  for await (const line of createInterface({ input: child.stdout })) {
    const entry = z.looseObject({ fastTrack: z.string().optional() }).parse(JSON.parse(line));
    if (entry.fastTrack !== undefined) return { fastTrack: entry.fastTrack, kill };
  }
  throw new Error('the sandbox ended before it was up');
}

// Goal: what was answered 200 is never forgotten. Method: many senders at once against a sandbox process of its own,
// kill -9 in the middle, then compare what was answered with what the next process knows.
test('a kill -9 loses nothing that was answered 200, and takes nothing twice', async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = await startChild(t, dataDir);
  const answered: string[] = [];
  let sent = 0;
  let killed: Promise<void> | undefined;
  const send = async () => {
    while (killed === undefined) {
      const key = `k-${sent}`;
      sent += 1;
      const answer = await sendMessage(first.fastTrack, guideExamples.casino, { key });
      if (answer?.status === 200) answered.push(key);
      if (answered.length >= 300) killed ??= first.kill();
    }
  };
  await Promise.all(Array.from({ length: 16 }, send));
  await killed;

  const second = await startChild(t, dataDir);
  for (const key of answered) {
    const answer = await sendMessage(second.fastTrack, guideExamples.casino, { key });
    if (z.object({ status: z.string() }).parse(answer?.body).status !== 'duplicate') t.fail(`${key} was forgotten`);
  }
  const url = `${second.fastTrack}/messages?after=0`;
  const shape = z.object({
    messages: z.array(z.object({ n: z.int(), taken: z.boolean(), headers: z.record(z.string(), z.string()) })),
  });
  const { messages } = shape.parse((await callHttp({ method: 'GET', url, timeoutMs: 5_000 }))?.body);
  const taken = messages.filter((message) => message.taken).map(({ headers }) => headers['idempotency-key']);
  t.is(new Set(taken).size, taken.length);
  t.true(answered.every((key) => taken.includes(key)));
  t.deepEqual(
    messages.map(({ n }) => n),
    messages.map((_, at) => at + 1),
  );
});
