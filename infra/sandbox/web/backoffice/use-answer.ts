import { useCallback, useEffect, useState } from 'preact/hooks';
import { read, wordsOf } from './server.js';

/** What a page reads from the server: what is there is shown until there is something newer. */
export type Answer<T> = {
  readonly value: T | undefined;
  /** Why there is nothing newer. */
  readonly fault: string | undefined;
  readonly again: () => void;
};

/** Reads when the path changes, when told to, and, if it is to stay new, every so often while somebody looks. */
export function useAnswer<T>(path: string, everyMs?: number): Answer<T> {
  const [held, hold] = useState<{ readonly path: string; readonly value: T }>();
  const [fault, setFault] = useState<string>();
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn((now) => now + 1), []);

  // A turn is a wish to read again.
  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    read<T>(path, leaving.signal)
      .then(
        (value) => {
          hold({ path, value });
          setFault(undefined);
        },
        (error: unknown) => {
          if (!leaving.signal.aborted) setFault(wordsOf(error));
        },
      )
      .finally(() => {
        if (everyMs !== undefined && !leaving.signal.aborted) timer = setTimeout(whileLookedAt, everyMs);
      });
    function whileLookedAt(): void {
      if (document.hidden) document.addEventListener('visibilitychange', again, { once: true, signal: leaving.signal });
      else again();
    }
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [path, everyMs, turn, again]);

  return { value: held?.path === path ? held.value : undefined, fault, again };
}
