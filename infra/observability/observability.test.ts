import { readFileSync } from 'node:fs';
import Router from '@koa/router';
import test from 'ava';
import type { Registry } from 'prom-client';
import { parse } from 'yaml';
import { createCommandMetrics } from '../../services/command/metrics.js';
import { createBridgeMetrics, registerBridgeGauges } from '../../services/ft-bridge/bridge-metrics.js';
import { createProjectorMetrics } from '../../services/projector/projector-metrics.js';
import { startHttpServer } from '../../shared/http/server.js';
import { silentLogger } from '../../shared/telemetry/log.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';

type Alert = {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
};

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
const rules = parse(read('alerts.yml')) as { readonly groups: readonly { readonly rules: readonly Alert[] }[] };
const alerts = rules.groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('dashboard.json')) as {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
};
const operations = read('../../docs/operations.md');

/** Every metric that a process of ours has, with its labels, as `/metrics` names its series. */
async function seriesOfAllServices(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const registries = ['command', 'projector', 'ft-bridge', 'query'].map((name) => createMetrics(name));
  const [command, projector, bridge, query] = registries as [Registry, Registry, Registry, Registry];
  createCommandMetrics(command);
  createProjectorMetrics(projector);
  createBridgeMetrics(bridge);
  registerBridgeGauges(bridge, {
    ...{ undelivered: async () => 0, parked: async () => 0, retrying: () => 0, inFlight: () => 0 },
    ...{ partitionsOwned: () => 0, leadsIntake: () => false, instances: () => 0, isBreakerOpen: () => false },
  });
  const server = await startHttpServer({
    ...{ logger: silentLogger, metrics: query, routers: [new Router()], host: '127.0.0.1', port: 0 },
    readiness: async () => [],
  });
  await server.stop();
  const series = new Map<string, ReadonlySet<string>>([['up', new Set(['job', 'instance'])]]);
  for (const registry of registries) {
    for (const metric of registry.getMetricsAsArray()) {
      const {
        name,
        type,
        labelNames = [],
      } = metric as unknown as { name: string; type: string; labelNames?: string[] };
      const labels = new Set([...labelNames, 'service', 'le', 'job', 'instance']);
      const kind = (await registry.getSingleMetric(name)?.get())?.type ?? type;
      const names = String(kind) === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => `${name}${end}`) : [name];
      for (const one of names) series.set(one, labels);
    }
  }
  return series;
}

/** The names in an expression that could be a metric, and the labels that it asks for. */
function usedIn(expr: string): { readonly metrics: readonly string[]; readonly labels: readonly string[] } {
  const metrics = [...expr.matchAll(/\b(?:croupier_\w+|up)\b/g)].map(([name]) => name);
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
  const matched = [...expr.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].flatMap(([, label = '']) => label);
  return { metrics, labels: [...grouped, ...matched].filter((label) => label !== '') };
}

test('every metric and label that an alert or a panel uses exists', async (t) => {
  const series = await seriesOfAllServices();
  const expressions = [
    ...alerts.map(({ alert, expr }) => ({ where: alert, expr })),
    ...dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ where: title, expr }))),
  ];
  t.true(expressions.length > 40);
  for (const { where, expr } of expressions) {
    const { metrics, labels } = usedIn(expr);
    t.true(metrics.length > 0, where);
    for (const metric of metrics) t.true(series.has(metric), `${where}: there is no ${metric}`);
    for (const label of labels)
      t.true(
        metrics.some((metric) => series.get(metric)?.has(label)),
        `${where}: no metric of it has the label ${label}`,
      );
  }
});

test('every alert has its chapter in docs/operations.md, a severity and a summary, and no name twice', (t) => {
  t.is(new Set(alerts.map(({ alert }) => alert)).size, alerts.length);
  for (const { alert, labels, annotations } of alerts) {
    t.true(operations.includes(`\n### ${alert}\n`), `${alert} has no chapter`);
    t.true(['page', 'ticket'].includes(labels.severity), alert);
    t.regex(annotations.summary, /\.$/, alert);
  }
  const chapters = [...operations.matchAll(/^### (Croupier\w+)$/gm)].map(([, name]) => name);
  t.deepEqual(
    [...chapters].sort(),
    alerts.map(({ alert }) => alert).sort(),
    'no chapter of an alert that is not there',
  );
});

test('every metric of ours is in the table of docs/operations.md, and no other', async (t) => {
  const series = await seriesOfAllServices();
  const own = [...series.keys()]
    .filter((name) => !/^(up$|croupier_(process|nodejs)_)/.test(name))
    .map((name) => name.replace(/_(bucket|sum|count)$/, ''));
  const told = [...operations.matchAll(/^\| `(croupier_\w+)` \|/gm)].map(([, name]) => name);
  t.deepEqual([...new Set(told)].sort(), [...new Set(own)].sort());
});

test('no metric has a label that could name a player', async (t) => {
  for (const [name, labels] of await seriesOfAllServices())
    for (const label of labels) t.notRegex(label, /player|user|transaction|session|payment|stream/, name);
});
