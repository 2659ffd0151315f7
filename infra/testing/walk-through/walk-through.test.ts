import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { startPlatform } from '../../embedded/platform.js';
import { temporaryFolder } from '../temporary-folder.js';

const run = promisify(execFile);
const root = new URL('../../../', import.meta.url);

test("the README's walk-through does what the README says", async (t) => {
  t.timeout(120_000);
  const dataDir = await temporaryFolder(t);
  const platform = await startPlatform({ dataDir });
  t.teardown(platform.stop);
  const { stdout } = await run(process.execPath, [fileURLToPath(new URL('docs/walk-through.mjs', root))], {
    env: { ...process.env, CROUPIER_DATA_DIR: dataDir },
  });
  const readme = await readFile(new URL('README.md', root), 'utf8');
  const shown = /<!-- walk-through -->\n```\n([\s\S]*?)```\n/.exec(readme)?.[1] ?? '';
  t.is(withoutIds(stdout), withoutIds(shown));
});

/** What differs from run to run: ids, e-mails, times, ports. */
function withoutIds(output: string): string {
  return output
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/"player_id":"\d+"/g, '"player_id":"<id>"')
    .replace(/\d+-<uuid>/g, '<payment>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>');
}
