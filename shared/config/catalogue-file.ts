import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OURS = new URL('../catalogue/catalogue.json', import.meta.url);

/**
 * The text of the brand's catalogue: the file that CROUPIER_CATALOGUE names, else the one that comes with Croupier.
 * @throws Error that names the file when it cannot be read.
 */
export function catalogueFile(named: string | undefined): { readonly text: string; readonly file: string } {
  const file = named ?? fileURLToPath(OURS);
  try {
    return { text: readFileSync(file, 'utf8'), file };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the catalogue ${file} cannot be read: ${why}`, { cause });
  }
}
