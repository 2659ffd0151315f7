import { readFileSync } from 'node:fs';

/** The lines of a fixture file beside a test, without comments (`#`) and empty ones. The rest is taken as it stands. */
export function fixtureLines(name: string, testUrl: string): readonly string[] {
  return readFileSync(new URL(name, testUrl), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}
