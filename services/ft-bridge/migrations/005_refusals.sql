-- Up Migration
-- How many of a lane's last attempts in a row were refused for the message's own sake: eight of them park it, also when
-- the bridge was restarted between.
ALTER TABLE bridge.lanes ADD COLUMN refusals integer NOT NULL DEFAULT 0;

-- Down Migration
ALTER TABLE bridge.lanes DROP COLUMN refusals;
