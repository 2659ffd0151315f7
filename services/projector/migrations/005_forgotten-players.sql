-- Up Migration
-- Who is forgotten: their profile's row is gone, and whatever comes of their profile's stream is passed over.
-- command walks this table to finish deletions that a crash cut off, in the order of positions.

CREATE TABLE read_model.forgotten_players (
  player_id bigint PRIMARY KEY,
  -- Of the event `PlayerForgotten`.
  position numeric(20) NOT NULL UNIQUE,
  forgotten_at timestamptz NOT NULL
);

INSERT INTO read_model.forgotten_players (player_id, position, forgotten_at)
SELECT player_id, position, recorded_at FROM read_model.events WHERE type = 'PlayerForgotten';

DELETE FROM read_model.profiles f USING read_model.forgotten_players g WHERE f.player_id = g.player_id;

-- Postgres keeps samples of a column's values as statistics, also of rows that are gone, and does not renew those of a
-- table that is empty. Of personal data it keeps none; look-ups are by a key or by the e-mail's index, and need none.
ALTER TABLE read_model.profiles
  ALTER COLUMN email SET STATISTICS 0,
  ALTER COLUMN first_name SET STATISTICS 0,
  ALTER COLUMN last_name SET STATISTICS 0,
  ALTER COLUMN birth_date SET STATISTICS 0,
  ALTER COLUMN phone SET STATISTICS 0,
  ALTER COLUMN address SET STATISTICS 0,
  ALTER COLUMN ip_address SET STATISTICS 0,
  ALTER COLUMN user_agent SET STATISTICS 0;
ALTER INDEX read_model.profiles_by_email ALTER COLUMN 1 SET STATISTICS 0;

-- Down Migration
ALTER INDEX read_model.profiles_by_email ALTER COLUMN 1 SET STATISTICS -1;
ALTER TABLE read_model.profiles
  ALTER COLUMN email SET STATISTICS -1,
  ALTER COLUMN first_name SET STATISTICS -1,
  ALTER COLUMN last_name SET STATISTICS -1,
  ALTER COLUMN birth_date SET STATISTICS -1,
  ALTER COLUMN phone SET STATISTICS -1,
  ALTER COLUMN address SET STATISTICS -1,
  ALTER COLUMN ip_address SET STATISTICS -1,
  ALTER COLUMN user_agent SET STATISTICS -1;
DROP TABLE read_model.forgotten_players;
