import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, type ProcessIdentity } from './process-identity.js';

const POLL_MS = 20;

/** Asks a process to end, kills its whole group after the grace, and returns when it is gone. */
export async function endProcess(target: ProcessIdentity, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  if (!isRunning(target)) return;
  sendSignal(target.pid, signal);
  if (await isGoneWithin(target, graceMs)) return;
  // Every supervised process leads its own group, so this takes its children too.
  sendSignal(-target.pid, 'SIGKILL');
  sendSignal(target.pid, 'SIGKILL');
  await isGoneWithin(target, graceMs);
}

/** Sends a signal; a process that is already gone is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function isGoneWithin(target: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isRunning(target)) {
    if (Date.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}
