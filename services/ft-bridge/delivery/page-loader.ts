import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Inbox, Page } from '../inbox/inbox.js';
import { gather } from './gather.js';

/** The player's events after this revision. */
export type PageLoader = (playerId: PlayerId, after: number) => Promise<Page>;

export function createPageLoader(inbox: Pick<Inbox, 'pages'>, limit: () => number): PageLoader {
  const load = gather(async (asked: readonly { readonly playerId: PlayerId; readonly after: number }[]) => {
    const pages = new Map((await inbox.pages(asked, limit())).map((page) => [page.playerId, page]));
    return ({ playerId }): Page => pages.get(playerId) ?? { playerId, events: [], unreadable: undefined };
  });
  return (playerId, after) => load({ playerId, after });
}
