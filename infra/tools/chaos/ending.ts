import { setMaxListeners } from 'node:events';

/**
 * A controller that also aborts when `stop` does. (`AbortSignal.any` and `AbortSignal.timeout` are not used for what has to
 * happen: Node may collect a signal that nothing but another signal knows, and then it never fires.)
 */
export function endingWith(stop: AbortSignal): AbortController {
  const controller = new AbortController();
  // Many wait for it at once, each with a listener.
  setMaxListeners(0, controller.signal);
  if (stop.aborted) controller.abort();
  else stop.addEventListener('abort', () => controller.abort(), { once: true });
  return controller;
}
