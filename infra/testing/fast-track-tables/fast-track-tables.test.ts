import { readFile } from 'node:fs/promises';
import test from 'ava';
import { playerEventSchemas } from '../../../shared/events/player-events.js';
import { isNativePath } from '../../../shared/http/native-errors.js';
import { guideMessages } from '../../sandbox/fast-track/guide-messages.js';
import { nativeMessages } from '../../sandbox/fast-track/native-messages.js';
import { routeTable } from '../../sandbox/gateway/route-table.js';

// Goal: the tables of what Fast Track is told and what it may ask are whole: every event and every route that there is,
// none that there is not, and each with its status.

type Table = readonly (readonly string[])[];

/** The rows of the page's table whose first line this is, without it. */
async function tableOf(page: string, head: string): Promise<Table> {
  const text = await readFile(new URL(`../../../docs/${page}`, import.meta.url), 'utf8');
  const [, after] = text.split(`${head}\n`);
  const [table = ''] = (after ?? '').split('\n\n');
  return table
    .split('\n')
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const callsIn = (cells: readonly (string | undefined)[]) =>
  cells.flatMap((cell = '') => [...cell.matchAll(/`((?:GET|POST|PUT) \/[^`]*)`/g)].map(([, call = '']) => call));
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();
const statusless = (table: Table) => table.filter((row) => row[0] !== '' && row.at(-1) === '');

test('every event is in the table of what Fast Track is told, with its status, and every message that staging knows', async (t) => {
  const table = await tableOf('fast-track.md', '| event | `guide` | `native` | status |');
  const events = table.flatMap(([event = '']) => [...event.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
  t.deepEqual([...events].sort(), Object.keys(playerEventSchemas).sort());
  t.deepEqual(statusless(table), []);
  const callsOf = (routes: typeof guideMessages) => sorted(routes.map(({ method, path }) => `${method} ${path}`));
  t.deepEqual(sorted(callsIn(table.map(([, guide]) => guide))), callsOf(guideMessages));
  // Where the native message is the guide's, the table says so.
  const native = table.map(([, guide, its = '']) => (its.startsWith('the same') ? guide : its));
  t.deepEqual(sorted(callsIn(native)), callsOf(nativeMessages));
});

test('every route that Fast Track may call is in the table of the Operator API, with its status', async (t) => {
  const table = await tableOf('operator-api.md', '| guide | native | answers | status |');
  const routes = routeTable.flatMap(({ methods, paths }) =>
    methods.flatMap((method) => paths.map((path) => ({ path, call: `${method} ${path}` }))),
  );
  const isGuides = (path: string) => path.startsWith('/operator/') || path === '/token';
  const expected = routes.filter(({ path }) => isGuides(path) || isNativePath(path)).map(({ call }) => call);
  // What a player's page asks on Fast Track's behalf is told there, too.
  const told = callsIn(table.map(([guide, native]) => `${guide} ${native}`)).filter((call) => !call.includes(' /me/'));
  t.deepEqual([...told].sort(), sorted(expected));
  t.true(told.length > 10);
  t.deepEqual(
    table.filter((row) => row.at(-1) === ''),
    [],
  );
});
