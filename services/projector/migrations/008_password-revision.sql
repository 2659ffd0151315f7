-- Up Migration
-- Which password of the player stands: query refuses tokens of logins by an earlier one. Nobody has changed theirs before.

ALTER TABLE read_model.players ADD COLUMN password_revision bigint NOT NULL DEFAULT 0;

-- Down Migration
ALTER TABLE read_model.players DROP COLUMN password_revision;
