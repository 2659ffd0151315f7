-- Up Migration
-- What was taken from JetStream, kept until Fast Track has confirmed it, and for the back office to look at afterwards.
-- Taking is durable before the message is acknowledged; delivery runs from here alone.

-- One row an event. `(player_id, revision)` is the player's order; taking an event twice is impossible by the key.
-- The fill factor leaves room on the page for the one update each row gets when it is delivered.
CREATE TABLE bridge.inbox (
  player_id bigint NOT NULL,
  revision bigint NOT NULL,
  event_id uuid NOT NULL,
  hash text NOT NULL,
  type text NOT NULL,
  position numeric(20) NOT NULL,
  event json NOT NULL,
  recorded_at timestamptz NOT NULL,
  taken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  delivered_at timestamptz,
  -- Requests that delivery took; 0 when Fast Track hears nothing of this event.
  attempts integer NOT NULL DEFAULT 0,
  last_status smallint,
  PRIMARY KEY (player_id, revision)
) WITH (fillfactor = 80);

-- One row a player, never deleted. `taken_*` is the high-water mark: the last event of the player's unbroken chain.
-- What is left to deliver are the inbox rows after `delivered_revision`.
CREATE TABLE bridge.lanes (
  player_id bigint PRIMARY KEY,
  taken_revision bigint NOT NULL,
  taken_hash text NOT NULL,
  taken_position numeric(20) NOT NULL,
  delivered_revision bigint NOT NULL DEFAULT -1,
  -- Where the lane stands with the event after `delivered_revision`, once that has failed.
  parts_done smallint NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  failing_since timestamptz,
  next_attempt_at timestamptz,
  last_status smallint,
  last_error text,
  -- A parked lane ends before this revision: nothing from here on is delivered, skipped or reordered.
  parked_revision bigint,
  parked_reason text,
  parked_at timestamptz
) WITH (fillfactor = 70);
CREATE INDEX lanes_with_backlog ON bridge.lanes (player_id) WHERE delivered_revision < taken_revision;
CREATE INDEX lanes_parked ON bridge.lanes (player_id) WHERE parked_revision IS NOT NULL;

-- Down Migration
DROP TABLE bridge.lanes;
DROP TABLE bridge.inbox;
