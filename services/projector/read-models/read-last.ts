import type { EventStore } from '../../../shared/event-store/event-store.js';

/** Whether anybody is there: a subscription that is idle does not tell, a read does. @throws StoreUnavailable */
export async function readLast(store: EventStore): Promise<void> {
  for await (const _last of store.readAll({ direction: 'backwards', maxCount: 1 })) return;
}
