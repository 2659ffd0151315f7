import type { Check } from './checks.js';

/** Where the checks of one event say what is wrong with it. */
export type Report = (check: Check, what: string, expected: string, found: string) => void;
