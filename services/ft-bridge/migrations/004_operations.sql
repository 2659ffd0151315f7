-- Up Migration
-- What operators need when a lane stands still: which requests failed and why, and what was decided about it.

-- Failed requests of events that the inbox still has; the newest of each event. `n` counts on from the oldest kept.
CREATE TABLE bridge.attempts (
  player_id bigint NOT NULL,
  revision bigint NOT NULL,
  n integer NOT NULL,
  -- Which of the event's messages, from 0.
  part smallint NOT NULL,
  at timestamptz NOT NULL,
  -- NULL when there was no answer.
  status smallint,
  error text NOT NULL,
  duration_ms integer NOT NULL,
  PRIMARY KEY (player_id, revision, n)
);

-- Who decided what about a lane, kept for ever: nothing of a player is left out without a name and a reason.
CREATE TABLE bridge.decisions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The id of the back-office key.
  decided_by text NOT NULL,
  player_id bigint NOT NULL,
  -- 'skip_replayed': Fast Track had it once; only its repetition was given up.
  action text NOT NULL CHECK (action IN ('retry', 'skip', 'skip_replayed', 'replay')),
  -- Where the lane stood; of a replay, its first and last.
  revision bigint NOT NULL,
  last_revision bigint,
  -- NULL of a replay, and where the inbox does not have the event.
  event_id uuid,
  type text,
  reason text,
  CONSTRAINT decisions_skip_for_a_reason CHECK (action NOT IN ('skip', 'skip_replayed') OR (reason IS NOT NULL AND event_id IS NOT NULL)),
  CONSTRAINT decisions_replay_up_to CHECK ((action = 'replay') = (last_revision IS NOT NULL))
);
CREATE INDEX decisions_of_player ON bridge.decisions (player_id, id);

-- An operator decided that Fast Track does not hear of this event. No default: existing rows are not rewritten.
ALTER TABLE bridge.inbox ADD COLUMN skipped_at timestamptz;

-- Down Migration
ALTER TABLE bridge.inbox DROP COLUMN skipped_at;
DROP TABLE bridge.decisions;
DROP TABLE bridge.attempts;
