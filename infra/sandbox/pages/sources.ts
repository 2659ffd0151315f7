import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The pages' sources, and nothing that runs in Node. */
export const WEB = join(ROOT, 'infra', 'sandbox', 'web');
/** Each folder with an `index.html` is a page. */
export const PAGE_NAMES = ['casino', 'staging', 'backoffice'] as const;

export type PageName = (typeof PAGE_NAMES)[number];

const SOURCE = /\.(ts|tsx|css|html|svg)$/;

/** Names the sources, with the versions of what builds them: the same name is the same pages. */
export async function sourcesHash(): Promise<string> {
  const hash = createHash('sha256');
  const paths = (await readdir(WEB, { recursive: true })).filter((path) => SOURCE.test(path)).sort();
  for (const path of [...paths.map((name) => join(WEB, name)), join(ROOT, 'package.json')]) {
    const text = await readFile(path);
    hash.update(`${path.slice(ROOT.length)} ${text.length}\n`).update(text);
  }
  return hash.digest('hex').slice(0, 16);
}
