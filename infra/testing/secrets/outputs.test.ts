import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { pino } from 'pino';
import { Counter } from 'prom-client';
import { Problem } from '../../../shared/http/problem.js';
import { createMetrics } from '../../../shared/telemetry/metrics.js';
import { createTracer } from '../../../shared/telemetry/tracing.js';
import { collector } from '../../../shared/testing/otlp-collector.js';
import { temporaryFolder } from '../temporary-folder.js';
import { searchOutputs } from './outputs.js';

// Goal: the search that finds nothing in the output of a whole demo would find each kind of leak. Method: one of each is
// planted, by what the services log, count, trace and answer with.

const SECRET = 'an "odd" secret/of+1';
const HARMLESS = 'harmless';

type Leaks = { readonly line?: object; readonly label?: string; readonly attribute?: string; readonly detail?: string };

/** Output of every kind, with these leaks in it. */
async function outputs(t: Parameters<typeof temporaryFolder>[0], leaks: Leaks) {
  const logFolder = await temporaryFolder(t);
  const lines: string[] = [];
  pino({}, { write: (line: string) => void lines.push(line) }).info(leaks.line ?? { said: HARMLESS }, 'a line');
  await writeFile(join(logFolder, 'command.log'), lines.join(''));

  const registry = createMetrics('command');
  const counter = new Counter({ name: 'refused_total', help: 'x', labelNames: ['why'], registers: [registry] });
  counter.inc({ why: leaks.label ?? HARMLESS });

  const traces = await collector(t);
  const tracer = createTracer('command', { OTEL_EXPORTER_OTLP_ENDPOINT: traces.url });
  // What begins while it loads is not recorded.
  while (tracer.start('early', { kind: 'internal' }).traceparent === undefined) await new Promise(setImmediate);
  tracer.start('a span', { kind: 'internal', attributes: { why: leaks.attribute ?? HARMLESS } }).end();
  await tracer.stop();

  const problem = new Problem(400, 'malformed', 'No', { detail: leaks.detail ?? HARMLESS });
  return {
    logFolder,
    metrics: [{ service: 'command', text: await registry.metrics() }],
    errors: [{ request: 'POST /login', status: 400, text: problem.body() }],
    traces: traces.bodies,
  };
}

test('where nothing leaks nothing is found, though all of it is looked at', async (t) => {
  const clean = await outputs(t, {});
  t.deepEqual(await searchOutputs([SECRET], clean), []);
  const places = (await searchOutputs([HARMLESS], clean)).map((find) =>
    find.replace(/^.* in (?=a |the |file |met)/, ''),
  );
  t.deepEqual(places, ['a trace', 'file command.log', 'metrics of command', 'the answer to POST /login']);
});

const PLANTED: readonly (readonly [title: string, leaks: Leaks, place: string])[] = [
  ['a line of a log', { line: { body: { password: SECRET } } }, 'file command.log'],
  ['the URL in a log', { line: { url: `/token?client_secret=${encodeURIComponent(SECRET)}` } }, 'file command.log'],
  ...['', 'a', 'ab', 'abc'].map((id) => {
    const authorization = `Basic ${Buffer.from(`${id}:${SECRET}!`).toString('base64')}`;
    return [`a Basic header of ${id || 'nobody'} in a log`, { line: { authorization } }, 'file command.log'] as const;
  }),
  ['capital letters', { line: { said: SECRET.toUpperCase() } }, 'file command.log'],
  ['a label of a metric', { label: SECRET }, 'metrics of command'],
  ['an attribute of a trace', { attribute: SECRET }, 'a trace'],
  ['the detail of a problem', { detail: `${SECRET} is wrong` }, 'the answer to POST /login'],
];

for (const [title, leaks, place] of PLANTED) {
  test(`a secret is found in ${title}`, async (t) => {
    const finds = await searchOutputs([SECRET], await outputs(t, leaks));
    t.is(finds.length, 1);
    t.true(finds[0]?.endsWith(` in ${place}`), finds[0]);
  });
}
