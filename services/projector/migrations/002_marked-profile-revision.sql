-- Up Migration
-- The profile revision that the player's own stream last spoke of. Where the profile is further, a crash came between
-- the data and its marker; command looks for such players and makes the marker up.

ALTER TABLE read_model.players ADD COLUMN marked_profile_revision bigint NOT NULL DEFAULT 0;

UPDATE read_model.players p
   SET marked_profile_revision = marked.revision
  FROM (
    SELECT player_id, max((data ->> 'profileRevision')::bigint) AS revision
      FROM read_model.events
     WHERE type IN ('PlayerRegistered', 'PlayerDetailsChanged')
     GROUP BY player_id
  ) marked
 WHERE p.player_id = marked.player_id;

ALTER TABLE read_model.players ALTER COLUMN marked_profile_revision DROP DEFAULT;

-- Down Migration
ALTER TABLE read_model.players DROP COLUMN marked_profile_revision;
