import { appendFileSync } from 'node:fs';
import test from 'ava';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { until } from '../testing/until.js';
import { type LoggedErrors, watchLogs } from './log-watch.js';
import { createLogs } from './logs.js';

test('errors in a log file are counted, and the last one is told', async (t) => {
  const logs = createLogs(await temporaryFolder(t), ['command']);
  const told: LoggedErrors[] = [];
  const stop = watchLogs(logs, ['command'], (errors) => told.push(errors));
  t.teardown(stop);
  appendFileSync(
    logs.path('command'),
    [
      '{"level":30,"msg":"started"}',
      '{"level":50,"msg":"the first"}',
      'not JSON',
      '{"level":60,"msg":"the second","err":{"message":"no space left"}}',
      '{"level":50,"msg":"half a li',
    ].join('\n'),
  );
  await until('the errors are told', () => told.length > 0);
  t.deepEqual(told, [{ name: 'command', count: 2, last: 'the second: no space left' }]);
  appendFileSync(logs.path('command'), 'ne"}\n');
  await until('the line is told once it is whole', () => told.length > 1);
  t.deepEqual(told[1], { name: 'command', count: 1, last: 'half a line' });
});
