import {
  type EventStore,
  type JsonObject,
  RevisionConflict,
  StreamDeleted,
} from '../../../shared/event-store/event-store.js';
import { decodeProfileEvent } from '../../../shared/events/codec.js';
import { PROFILE_SCHEMA_VERSION, type ProfileEvent } from '../../../shared/events/profile-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { profileStream } from '../../../shared/ids/streams.js';
import { TooManyConflicts, waitingAtMost } from './players.js';
import { createQueues } from './queues.js';
import type { RequestContext } from './request-context.js';
import { appendAt, readWhole } from './streams.js';

export type ProfileChange = Extract<ProfileEvent, { type: 'ProfileChanged' }>['data'];

const ATTEMPTS_MAX = 10;

export type Profiles = {
  /**
   * Appends what changed to the person's profile; the revision it is at now (also when nothing was new, so that a
   * marker that a crash left out is made up by the retry). Undefined when the person was forgotten: nothing was kept.
   *
   * @throws AppendOutcomeUnknown, StoreUnavailable, TooManyConflicts, TooManyWaiting: safe to ask again.
   */
  change(playerId: PlayerId, change: ProfileChange, context: RequestContext): Promise<number | undefined>;
  /** The address that the person registered with; undefined once the profile is gone. */
  emailOf(playerId: PlayerId): Promise<string | undefined>;
};

export function createProfiles(store: EventStore): Profiles {
  const queues = createQueues();
  return {
    change: (playerId, change, context) =>
      waitingAtMost(queues.run(playerId, () => changeProfile(store, playerId, change, context))),
    emailOf: (playerId) => emailOf(store, playerId),
  };
}

/** The address that the person registered with; undefined once the profile is gone. */
export async function emailOf(store: EventStore, playerId: PlayerId): Promise<string | undefined> {
  let email: string | undefined;
  for await (const stored of store.readStream(profileStream(playerId), { maxCount: 1 })) {
    const created = decodeProfileEvent(stored);
    if (created.type === 'ProfileCreated') email = created.data.email;
  }
  return email;
}

async function changeProfile(
  store: EventStore,
  playerId: PlayerId,
  change: ProfileChange,
  context: RequestContext,
): Promise<number | undefined> {
  const stream = profileStream(playerId);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const { events, head } = await readWhole(store, stream, decodeProfileEvent);
    const profile: Record<string, unknown> = Object.assign({}, ...events.map(({ data }) => data));
    const news: JsonObject = Object.fromEntries(
      Object.entries(change).flatMap(([name, value]) =>
        value === undefined || profile[name] === value ? [] : [[name, value]],
      ),
    );
    if (Object.keys(news).length === 0) return head.revision;
    try {
      const drafts = [{ type: 'ProfileChanged', data: news }];
      return (await appendAt(store, stream, head, drafts, PROFILE_SCHEMA_VERSION, context)).revision;
    } catch (error) {
      if (error instanceof StreamDeleted) return undefined;
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
  throw new TooManyConflicts(`the profile of ${playerId} lost ${ATTEMPTS_MAX} races in a row`);
}
