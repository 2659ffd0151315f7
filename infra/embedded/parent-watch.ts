import { commandLineOf, parentOf } from './process-identity.js';

const POLL_MS = 250;
const SHELL = /^\S*sh -c /;

/**
 * Calls `stop` once when the process that started us is gone: npm, ended by a signal, leaves its script running. npm
 * runs scripts through a shell; where that shell stays in between, npm itself is watched too.
 */
export function onParentGone(stop: () => void): void {
  const isShellBetween = process.env.npm_lifecycle_event !== undefined && SHELL.test(commandLineOf(process.ppid));
  const ancestors = () => (isShellBetween ? [process.ppid, parentOf(process.ppid)] : [process.ppid]).join();
  const started = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === started) return;
    clearInterval(timer);
    stop();
  }, POLL_MS);
  timer.unref();
}
