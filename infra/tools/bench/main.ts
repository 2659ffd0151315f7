import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { chartOf, shareOfGoal, shown } from './chart.js';
import { type Figure, print } from './figures.js';
import { growthChartOf } from './growth-chart.js';
import { type Limits, measureLimits } from './limits.js';
import { describeMachine } from './machine.js';
import { HELP, readOptions, type Section } from './options.js';
import { measureCommandAlone } from './sections/command-alone.js';
import { measureDelivery } from './sections/delivery.js';
import { measureGrowth } from './sections/growth.js';
import { measureHistory } from './sections/history.js';
import { profilePlatform } from './sections/profile.js';
import { measureReplay } from './sections/replay.js';
import { measureWholePlatform } from './sections/whole-platform.js';

/** In a quick run, a ratio below this share of its goal is no noise any more. */
const FAR_OFF = 0.4;

const benchSchema = z.object({
  figures: z.array(z.object({ id: z.string(), value: z.number().nullable(), unit: z.string() })),
});

/** `npm run bench`: each figure beside its limit or its peer, from this very run. Exit code 0 when it ran. */
async function main(args: readonly string[]): Promise<0 | 1> {
  const options = readOptions(args);
  if (options.help) {
    print(HELP);
    return 0;
  }
  const { only, sizes, quick, out } = options;
  const before = options.compare === undefined ? undefined : await readBench(options.compare);
  const machine = describeMachine();
  print(
    `${machine.cores} × ${machine.processor}, ${machine.memoryGiB} GiB, Node ${machine.node}, load ${machine.loadBefore.toFixed(1)}`,
  );

  const figures: Figure[] = [];
  const measure = async (section: Section, work: () => Promise<readonly Figure[]>) => {
    if (!only.has(section)) return;
    print(`${section} …`);
    const measured = await work();
    figures.push(...measured);
    for (const figure of measured) print(row(figure, before));
  };

  let limits: Limits = {
    appends: Number.NaN,
    signedRequests: Number.NaN,
    sqlOneHouse: Number.NaN,
    sqlSpread: Number.NaN,
  };
  await measure('limits', async () => {
    const measured = await measureLimits(Math.min(2, sizes.seconds));
    limits = measured.limits;
    return measured.figures;
  });
  await measure('command', () => measureCommandAlone(limits, sizes.seconds));
  await measure('platform', () => measureWholePlatform(limits, sizes.seconds));
  await measure('delivery', () =>
    measureDelivery({
      seconds: sizes.seconds,
      blocked: sizes.blocked,
      messages: sizes.blocked,
      backlog: sizes.backlog,
    }),
  );
  await measure('replay', () => measureReplay(sizes.replayEvents));
  await measure('history', () => measureHistory(sizes.transactions, sizes.players));

  await measure('growth', () => measureGrowth(sizes.growth, sizes.seconds));
  await measure('profile', () => profilePlatform(sizes.seconds, out));

  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'bench.json'), `${JSON.stringify({ machine, figures }, null, 2)}\n`);
  await writeFile(join(out, 'bench.svg'), chartOf(figures));
  const growth = growthChartOf(figures);
  if (growth !== undefined) await writeFile(join(out, 'growth.svg'), growth);
  return conclude(figures, quick);
}

function row({ id, value, unit, goal, ok, reason }: Figure, before: ReadonlyMap<string, number> | undefined): string {
  const old = before?.get(id);
  const change = old === undefined ? '' : `  × ${(value / old).toFixed(2)}`;
  const columns = `${ok ? 'ok  ' : 'over'} ${id.padEnd(46)} ${shown(value).padStart(10)} ${unit.padEnd(6)} goal ${goal}`;
  return `${columns}${change}${reason === undefined ? '' : `  (${reason})`}`;
}

function conclude(figures: readonly Figure[], quick: boolean): 0 | 1 {
  const withGoal = figures.filter((figure) => figure.goal !== '-');
  const missed = withGoal.filter(({ ok }) => !ok).length;
  const farOff = withGoal.filter((figure) => figure.unit === 'ratio' && (shareOfGoal(figure) ?? 0) < FAR_OFF);
  const sentence = `${withGoal.length - missed} of ${withGoal.length} figures are within their goals.`;
  if (quick && farOff.length > 0) {
    print(`Far off: ${farOff.map(({ id }) => id).join(', ')}. ${sentence}`);
    return 1;
  }
  print(sentence);
  return 0;
}

/** @throws Error unless it is what an earlier run wrote. */
async function readBench(path: string): Promise<ReadonlyMap<string, number>> {
  const { figures } = benchSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  return new Map(figures.flatMap(({ id, value }) => (value === null ? [] : [[id, value] as const])));
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`The bench failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
