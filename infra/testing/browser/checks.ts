import { isDeepStrictEqual } from 'node:util';

/** What was looked at, one line each, and whether all of it was right. */
export type Checks = {
  equal(name: string, found: unknown, expected: unknown): void;
  isTrue(name: string, found: boolean): void;
  readonly failed: number;
  readonly made: number;
};

export function createChecks(print: (line: string) => void): Checks {
  let [failed, made] = [0, 0];
  function note(name: string, ok: boolean, told: string): void {
    made += 1;
    if (!ok) failed += 1;
    print(`  ${ok ? 'ok  ' : 'FAIL'} ${name}${ok ? '' : `: ${told}`}`);
  }
  return {
    equal(name, found, expected) {
      const ok = isDeepStrictEqual(found, expected);
      note(name, ok, `${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
    },
    isTrue: (name, found) => note(name, found, 'it is not so'),
    get failed() {
      return failed;
    },
    get made() {
      return made;
    },
  };
}
