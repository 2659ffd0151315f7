-- Up Migration
-- What players set for themselves. A raise (or the end of a limit) waits in the pending columns until its time has
-- come; command fires it then, or the player's next decision does.

CREATE TABLE read_model.limits (
  player_id bigint NOT NULL,
  -- deposit, loss, wager.
  kind text NOT NULL,
  -- day, week, month.
  period text NOT NULL,
  -- Null = no limit.
  amount numeric,
  currency text NOT NULL,
  -- What binds from pending_at on, null = no limit; nothing is pending while pending_at is null.
  pending_amount numeric,
  pending_at timestamptz,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (player_id, kind, period)
);
CREATE INDEX limits_pending ON read_model.limits (pending_at) WHERE pending_at IS NOT NULL;

-- Down Migration
DROP TABLE read_model.limits;
