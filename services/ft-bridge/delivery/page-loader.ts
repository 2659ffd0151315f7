import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Inbox, Page } from '../inbox/inbox.js';

type Wanted = {
  readonly playerId: PlayerId;
  readonly after: number;
  readonly resolve: (page: Page) => void;
  readonly reject: (error: unknown) => void;
};

export type PageLoader = (playerId: PlayerId, after: number) => Promise<Page>;

/** Gathers what many lanes ask for while a query runs, and asks for all of it in the next. */
export function createPageLoader(inbox: Pick<Inbox, 'pages'>, limit: () => number): PageLoader {
  let wanted: Wanted[] = [];
  let running = false;

  async function loadAll(): Promise<void> {
    while (wanted.length > 0) {
      const asked = wanted;
      wanted = [];
      try {
        const pages = new Map((await inbox.pages(asked, limit())).map((page) => [page.playerId, page]));
        for (const { playerId, resolve } of asked) {
          resolve(pages.get(playerId) ?? { playerId, events: [], unreadable: undefined });
        }
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    running = false;
  }

  return (playerId, after) =>
    new Promise((resolve, reject) => {
      wanted.push({ playerId, after, resolve, reject });
      if (running) return;
      running = true;
      // After the lanes that start in this same turn of the event loop have asked too.
      setImmediate(() => void loadAll());
    });
}
