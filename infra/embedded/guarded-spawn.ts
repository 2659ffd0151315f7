import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

export type GuardedCommand = {
  readonly command: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly runAs?: { readonly uid: number; readonly gid: number };
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
};

/**
 * A shell that leaves a guard behind and then becomes the server, so that the child's pid is the server's own. The
 * guard waits on the pipe from us: a line says that the server is already gone; the end of the pipe without one says
 * that we are gone (kill -9 included), and the guard then ends the server. It is a grandchild, because Postgres takes
 * the exit of an unknown child for a crash.
 */
const GUARD = `
signal=$1; shift
(
  {
    if read -r _ <&3; then exit 0; fi
    kill -s "$signal" $$
    waited=0
    while [ $waited -lt 80 ]; do
      kill -0 $$ || exit 0
      sleep 0.1
      waited=$((waited + 1))
    done
    kill -s KILL -- -$$
  } </dev/null >/dev/null 2>&1 &
)
exec 3<&-
exec "$@"
`;

/** Starts a server in a process group of its own, writing to `output`; it ends when this process does, however it ends. */
export function spawnGuarded(guarded: GuardedCommand, output: number | 'inherit'): ChildProcess {
  // Our Node services watch their standard input; the guard has a pipe of its own, since Node closes a dead child's
  // standard input before we could say that it is dead.
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', guarded.stopSignal.slice(3), ...guarded.command], {
    env: guarded.env,
    detached: true,
    stdio: ['pipe', output, output, 'pipe'],
    ...(guarded.cwd === undefined ? {} : { cwd: guarded.cwd }),
    ...guarded.runAs,
  });
  const guard = child.stdio[3] as Writable;
  // A pipe breaks when the server or its guard is gone, which is no news.
  for (const pipe of [child.stdin, guard]) pipe?.on('error', () => {});
  child.once('exit', () => guard.end('gone\n'));
  return child;
}
