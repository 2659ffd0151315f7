import { useCallback, useEffect, useState } from 'preact/hooks';
import { read, wordsOf } from './server.js';

/** A list that comes page by page, and grows as somebody asks for more. */
export type Pages<Row> = {
  readonly rows: readonly Row[] | undefined;
  readonly fault: string | undefined;
  /** Undefined: this is all. */
  readonly more: (() => void) | undefined;
  /** From the first page on. */
  readonly again: () => void;
};

/** One page of an answer: its rows, and where the next one begins. */
export type PageOf<Row> = { readonly rows: readonly Row[]; readonly next: string | null };

/** @param path of the first page; the next ones have `&<cursor>=<next>` behind it, so it has a query string. */
export function usePages<Answer, Row>(
  path: string,
  cursor: 'before' | 'after',
  pageOf: (answer: Answer) => PageOf<Row>,
): Pages<Row> {
  const [held, hold] = useState<{ readonly path: string } & PageOf<Row>>();
  const [fault, setFault] = useState<string>();
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn((now) => now + 1), []);

  // A turn is a wish to read again; `pageOf` does the same at each.
  useEffect(() => {
    const leaving = new AbortController();
    read<Answer>(path, leaving.signal).then(
      (answer) => {
        hold({ path, ...pageOf(answer) });
        setFault(undefined);
      },
      (error: unknown) => {
        if (!leaving.signal.aborted) setFault(wordsOf(error));
      },
    );
    return () => leaving.abort();
  }, [path, turn]);

  const here = held?.path === path ? held : undefined;
  const next = here?.next ?? null;

  async function readMore(): Promise<void> {
    try {
      const page = pageOf(await read<Answer>(`${path}&${cursor}=${encodeURIComponent(next ?? '')}`));
      // Meanwhile the first page may have been read anew, or the same one asked for twice.
      hold((now) =>
        now?.path === path && now.next === next ? { path, rows: [...now.rows, ...page.rows], next: page.next } : now,
      );
    } catch (error) {
      setFault(wordsOf(error));
    }
  }

  return { rows: here?.rows, fault, more: next === null ? undefined : () => void readMore(), again };
}
