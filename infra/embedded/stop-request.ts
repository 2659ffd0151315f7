import { onParentGone } from './parent-watch.js';

/** Aborted when this process is told to stop: Ctrl-C, SIGTERM, a closed terminal, or the end of its parent. */
export function stopRequest(): AbortSignal {
  const controller = new AbortController();
  // Repeated signals change nothing: npm and the terminal may both send one for the same Ctrl-C.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort());
  onParentGone(() => controller.abort());
  return controller.signal;
}

/** Resolves once the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
