-- Up Migration
-- Why a lane is parked: 'unreadable', an event that this version cannot read; 'refused', an event that Fast Track refuses
-- while it takes those of others.
ALTER TABLE bridge.lanes ADD COLUMN parked_kind text CHECK (parked_kind IN ('unreadable', 'refused'));
UPDATE bridge.lanes SET parked_kind = 'unreadable' WHERE parked_revision IS NOT NULL;
ALTER TABLE bridge.lanes
  ADD CONSTRAINT lanes_parked_for_a_reason CHECK ((parked_revision IS NULL) = (parked_kind IS NULL));

-- An operator asked for messages to be sent again: these revisions, all below `delivered_revision` + 1, go before
-- anything new of the player. `replay_next` is the next of them.
ALTER TABLE bridge.lanes ADD COLUMN replay_next bigint, ADD COLUMN replay_last bigint;
ALTER TABLE bridge.lanes
  ADD CONSTRAINT lanes_replay CHECK (
    (replay_next IS NULL) = (replay_last IS NULL) AND replay_next <= replay_last AND replay_last <= delivered_revision
  );
CREATE INDEX lanes_with_replay ON bridge.lanes (player_id) WHERE replay_next IS NOT NULL;

-- Down Migration
ALTER TABLE bridge.lanes
  DROP CONSTRAINT lanes_replay, DROP CONSTRAINT lanes_parked_for_a_reason,
  DROP COLUMN replay_next, DROP COLUMN replay_last, DROP COLUMN parked_kind;
