import { execFileSync } from 'node:child_process';
import { sendSignal } from '../../../embedded/end-process.js';
import { identify, isRunning, type ProcessIdentity } from '../../../embedded/process-identity.js';

/** Ends a process as a power cut would. */
export function kill(pid: number): void {
  sendSignal(pid, 'SIGKILL');
}

/** Stops a process in its tracks, with its children (Postgres has one for each connection). Answers how it goes on. */
export function pause(pid: number): () => void {
  const paused: ProcessIdentity[] = [];
  // The parent first, so that it makes no more.
  for (const each of [pid, ...childrenOf(pid)]) {
    const identity = identify(each);
    if (identity === undefined) continue;
    sendSignal(each, 'SIGSTOP');
    paused.push(identity);
  }
  return () => {
    // One that was killed meanwhile may have left its pid to somebody else.
    for (const identity of paused) if (isRunning(identity)) sendSignal(identity.pid, 'SIGCONT');
  };
}

/** The direct children, but for the supervisor's guard: that is no part of the server. */
function childrenOf(pid: number): number[] {
  const lines = execFileSync('/bin/ps', ['-A', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, child, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === pid && !command.startsWith('/bin/sh') ? [Number(child)] : [];
  });
}
