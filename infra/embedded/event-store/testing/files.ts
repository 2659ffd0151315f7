import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which of the texts lie anywhere in the files of the folder, read as a thief would. */
export function textsInFiles(folder: string, texts: readonly string[]): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const contents = files.map((file) => readFileSync(join(file.parentPath, file.name)));
  return texts.filter((text) => contents.some((content) => content.includes(text)));
}
