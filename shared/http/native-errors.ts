import type { Problem } from './problem.js';

/** The routes of Fast Track's published Operator API, in whichever service they are. */
const NATIVE_PATH = /^\/(userdetails|userblocks|userconsents|bonus|reconciliation|authenticate)(\/|$)/;

/** Whether errors of this path are answered in Fast Track's shape rather than as a problem. */
export function isNativePath(path: string): boolean {
  return NATIVE_PATH.test(path);
}

/** Fast Track's error body. Its schema is closed: there is no room for a detail or a pointer. */
export function nativeError({ code, status }: Problem): { readonly error: string; readonly code: number } {
  return { error: code === 'malformed' ? 'invalid_request' : code, code: status };
}
