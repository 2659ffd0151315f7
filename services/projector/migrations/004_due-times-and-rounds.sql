-- Up Migration
-- What falls due without a request, what rounds wait for their end, and what a game session came to. Each is read by
-- "the oldest first, at most so many", so each has a partial index that holds just what is open.

-- What a session came to, less what was rolled back: the player is shown time and net result.
ALTER TABLE read_model.game_sessions
  ADD COLUMN bets integer NOT NULL DEFAULT 0,
  ADD COLUMN staked numeric NOT NULL DEFAULT 0,
  ADD COLUMN won numeric NOT NULL DEFAULT 0,
  ADD COLUMN last_used_at timestamptz;
UPDATE read_model.game_sessions SET last_used_at = started_at;

WITH plays AS (
  SELECT player_id, data ->> 'provider' AS provider, data ->> 'sessionId' AS session_id, recorded_at, type, data,
         data ->> 'original' AS original, coalesce(data ->> 'amount', data -> 'bet' ->> 'amount')::numeric AS amount
    FROM read_model.events
   WHERE type IN ('BetPlaced', 'WinCredited', 'RoundPlayed', 'TransactionRolledBack')
), sums AS (
  SELECT player_id, provider, session_id,
         count(*) FILTER (WHERE type IN ('BetPlaced', 'RoundPlayed')) - count(*) FILTER (WHERE original = 'bet') AS bets,
         coalesce(sum(amount) FILTER (WHERE type IN ('BetPlaced', 'RoundPlayed')), 0)
           - coalesce(sum(amount) FILTER (WHERE original = 'bet'), 0) AS staked,
         coalesce(sum(amount) FILTER (WHERE type = 'WinCredited'), 0)
           + coalesce(sum((data -> 'win' ->> 'amount')::numeric) FILTER (WHERE type = 'RoundPlayed'), 0)
           - coalesce(sum(amount) FILTER (WHERE original = 'win'), 0) AS won,
         max(recorded_at) FILTER (WHERE type IN ('BetPlaced', 'RoundPlayed')) AS last_used_at
    FROM plays
   GROUP BY player_id, provider, session_id
)
UPDATE read_model.game_sessions s
   SET bets = sums.bets, staked = sums.staked, won = sums.won,
       last_used_at = coalesce(sums.last_used_at, s.last_used_at)
  FROM sums
 WHERE s.session_id = sums.session_id AND s.player_id = sums.player_id AND s.provider = sums.provider;

ALTER TABLE read_model.game_sessions
  ALTER COLUMN last_used_at SET NOT NULL,
  -- While it is open: half an hour without use (command's SESSION_IDLE_MS), up to the full minute, so that the index
  -- entry moves once a minute rather than with every bet, and the row's other updates stay within its page.
  ADD COLUMN due_at timestamptz GENERATED ALWAYS AS (CASE WHEN ended_at IS NULL THEN
    (date_trunc('minute', last_used_at AT TIME ZONE 'UTC') + interval '31 minutes') AT TIME ZONE 'UTC' END) STORED,
  SET (fillfactor = 80);
ALTER TABLE read_model.bonuses
  ADD COLUMN due_at timestamptz GENERATED ALWAYS AS (CASE WHEN status = 'granted' THEN expires_at END) STORED;

CREATE INDEX game_sessions_due ON read_model.game_sessions (due_at, player_id) WHERE due_at IS NOT NULL;
CREATE INDEX bonuses_due ON read_model.bonuses (due_at, player_id) WHERE due_at IS NOT NULL;
CREATE INDEX blocks_due ON read_model.blocks (until, player_id) WHERE until IS NOT NULL;
DROP INDEX read_model.limits_pending;
CREATE INDEX limits_due ON read_model.limits (pending_at, player_id) WHERE pending_at IS NOT NULL;

-- What command's timers fire, once `due_at` has come; a row without one waits for nothing. The branches have no
-- condition of their own, or the planner would not merge their indexes into one order: ask for `due_at <= …`.
CREATE VIEW read_model.due_times AS
  SELECT player_id, 'bonus'::text AS kind, user_bonus_id AS subject, due_at FROM read_model.bonuses
  UNION ALL
  SELECT player_id, 'block'::text, reason, until FROM read_model.blocks
  UNION ALL
  SELECT player_id, 'limit'::text, kind || '/' || period, pending_at FROM read_model.limits
  UNION ALL
  SELECT player_id, 'game_session'::text, session_id, due_at FROM read_model.game_sessions;

-- Rounds of games. What was rolled back is in no count or sum but its own.
CREATE TABLE read_model.rounds (
  player_id bigint NOT NULL,
  provider text NOT NULL,
  round_id text NOT NULL,
  -- Of its first bet.
  game_id text NOT NULL,
  currency text NOT NULL,
  first_bet_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  bets integer NOT NULL,
  wins integer NOT NULL,
  staked numeric NOT NULL,
  won numeric NOT NULL,
  -- Transactions that were rolled back.
  rolled_back integer NOT NULL,
  closed_at timestamptz,
  -- The last event that closed the round, or opened it again; null while none has.
  closing_revision bigint,
  -- It may still pay: nobody has closed it, and a bet of it stands.
  is_open boolean NOT NULL GENERATED ALWAYS AS (closed_at IS NULL AND bets > 0) STORED,
  PRIMARY KEY (player_id, provider, round_id)
) WITH (fillfactor = 80);

WITH plays AS (
  SELECT player_id, revision, data ->> 'provider' AS provider, data ->> 'roundId' AS round_id,
         data ->> 'gameId' AS game_id, data ->> 'currency' AS currency, recorded_at, type, data ->> 'original' AS original,
         coalesce(data ->> 'amount', data -> 'bet' ->> 'amount')::numeric AS amount,
         CASE WHEN (data ->> 'roundClosed')::boolean THEN true WHEN data ->> 'reopenedBet' IS NOT NULL THEN false END AS closes,
         (data -> 'win' ->> 'amount')::numeric AS win
    FROM read_model.events
   WHERE type IN ('BetPlaced', 'WinCredited', 'RoundPlayed', 'TransactionRolledBack')
)
INSERT INTO read_model.rounds (player_id, provider, round_id, game_id, currency, first_bet_at, last_at, bets, wins,
  staked, won, rolled_back, closed_at, closing_revision)
SELECT player_id, provider, round_id, (array_agg(game_id ORDER BY revision))[1], min(currency), min(recorded_at),
       max(recorded_at),
       count(*) FILTER (WHERE type IN ('BetPlaced', 'RoundPlayed')) - count(*) FILTER (WHERE original = 'bet'),
       count(*) FILTER (WHERE type IN ('WinCredited', 'RoundPlayed')) - count(*) FILTER (WHERE original = 'win'),
       coalesce(sum(amount) FILTER (WHERE type IN ('BetPlaced', 'RoundPlayed')), 0)
         - coalesce(sum(amount) FILTER (WHERE original = 'bet'), 0),
       coalesce(sum(amount) FILTER (WHERE type = 'WinCredited'), 0) + coalesce(sum(win), 0)
         - coalesce(sum(amount) FILTER (WHERE original = 'win'), 0),
       count(original),
       (array_agg(CASE WHEN closes THEN recorded_at END ORDER BY revision DESC) FILTER (WHERE closes IS NOT NULL))[1],
       max(revision) FILTER (WHERE closes IS NOT NULL)
  FROM plays
 GROUP BY player_id, provider, round_id;

CREATE INDEX rounds_open ON read_model.rounds (first_bet_at, player_id, provider, round_id) WHERE is_open;

-- Down Migration
DROP TABLE read_model.rounds;
DROP VIEW read_model.due_times;
DROP INDEX read_model.limits_due;
CREATE INDEX limits_pending ON read_model.limits (pending_at) WHERE pending_at IS NOT NULL;
DROP INDEX read_model.blocks_due;
DROP INDEX read_model.bonuses_due;
ALTER TABLE read_model.bonuses DROP COLUMN due_at;
ALTER TABLE read_model.game_sessions DROP COLUMN due_at, DROP COLUMN last_used_at, DROP COLUMN won, DROP COLUMN staked,
  DROP COLUMN bets;
