-- Up Migration
-- The read models: everything here can be rebuilt from the event store, and nothing else is in this schema.
-- Amounts are numeric without a scale: the event's own decimals are kept ("10.00" stays 10.00).

CREATE SCHEMA IF NOT EXISTS read_model;
SET LOCAL search_path TO read_model;

-- 'read-models': how far the rows are. Written in the same transaction as them, so both are always of one moment.
-- 'publishing': up to where JetStream is known to have been served; where publishing goes on when JetStream is empty.
-- -1 is before the first event.
CREATE TABLE checkpoints (
  name text PRIMARY KEY,
  position numeric(20) NOT NULL,
  updated_at timestamptz NOT NULL
);

-- Each player's last event: what ft-bridge compares its own high-water marks with.
CREATE TABLE heads (
  player_id bigint PRIMARY KEY,
  revision bigint NOT NULL,
  hash text NOT NULL,
  position numeric(20) NOT NULL
);
CREATE INDEX heads_by_position ON heads (position);

-- What happened, for the timeline and the back office. No personal data is in it.
CREATE TABLE events (
  player_id bigint NOT NULL,
  revision bigint NOT NULL,
  event_id uuid NOT NULL,
  type text NOT NULL,
  position numeric(20) NOT NULL,
  recorded_at timestamptz NOT NULL,
  actor text NOT NULL,
  correlation_id text NOT NULL,
  data jsonb NOT NULL,
  PRIMARY KEY (player_id, revision)
);

CREATE TABLE players (
  player_id bigint PRIMARY KEY,
  currency text NOT NULL,
  registered_at timestamptz NOT NULL,
  last_login_at timestamptz
);

-- Personal data. A row disappears when the person is forgotten.
CREATE TABLE profiles (
  player_id bigint PRIMARY KEY,
  -- The last event of the profile's stream, as in heads.
  revision bigint NOT NULL,
  hash text NOT NULL,
  email text NOT NULL,
  first_name text NOT NULL,
  last_name text NOT NULL,
  birth_date text NOT NULL,
  country text NOT NULL,
  phone text NOT NULL,
  address text NOT NULL,
  ip_address text NOT NULL,
  user_agent text NOT NULL
);
CREATE INDEX profiles_by_email ON profiles (lower(email));

-- One row a player from registration on; every consent starts false.
CREATE TABLE consents (
  player_id bigint PRIMARY KEY,
  email boolean NOT NULL,
  sms boolean NOT NULL,
  telephone boolean NOT NULL,
  post_mail boolean NOT NULL,
  site_notification boolean NOT NULL,
  push_notification boolean NOT NULL,
  changed_at timestamptz NOT NULL
);

-- Only blocks that stand. One with an end that has passed no longer counts, though its row may still be here.
CREATE TABLE blocks (
  player_id bigint NOT NULL,
  reason text NOT NULL,
  until timestamptz,
  placed_at timestamptz NOT NULL,
  PRIMARY KEY (player_id, reason)
);

CREATE TABLE balances (
  player_id bigint PRIMARY KEY,
  cash numeric NOT NULL,
  bonus numeric NOT NULL,
  withdrawal numeric NOT NULL,
  currency text NOT NULL,
  revision bigint NOT NULL
);

-- Debits and credits ever, per account and currency: the trial balance.
CREATE TABLE ledger_accounts (
  account text NOT NULL,
  currency text NOT NULL,
  debits numeric NOT NULL,
  credits numeric NOT NULL,
  PRIMARY KEY (account, currency)
);

-- Whatever a player sees as money moved or asked to move: payments, bets, wins, rollbacks, bonuses.
CREATE TABLE transactions (
  player_id bigint NOT NULL,
  revision bigint NOT NULL,
  -- A `play` is one event with two transactions.
  part smallint NOT NULL,
  -- bet, win, rollback, tombstone, deposit, withdrawal, bonus.
  kind text NOT NULL,
  -- The event's type, for payments and bonuses the step they took.
  type text NOT NULL,
  -- Provider or PSP; 'bonus' for bonuses.
  caller text NOT NULL,
  -- transaction_id, payment_id or user_bonus_id.
  reference text NOT NULL,
  -- The transaction that a win or a rollback is about.
  related_reference text,
  game_id text,
  round_id text,
  -- Null where nothing is asked to move: a tombstone.
  amount numeric,
  currency text,
  -- Null where nothing moved.
  cash_after numeric,
  bonus_after numeric,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (player_id, revision, part)
);
CREATE INDEX transactions_by_reference ON transactions (caller, reference);

-- One transaction id of one provider at two players: each is a transaction of its own, but somebody should look.
CREATE TABLE integrity_alarms (
  caller text NOT NULL,
  reference text NOT NULL,
  -- The smaller id first, so that the order of events does not matter.
  player_id bigint NOT NULL,
  other_player_id bigint NOT NULL,
  PRIMARY KEY (caller, reference, player_id, other_player_id)
);

CREATE TABLE payments (
  payment_id text PRIMARY KEY,
  player_id bigint NOT NULL,
  kind text NOT NULL,
  psp text NOT NULL,
  psp_reference text,
  status text NOT NULL,
  amount numeric NOT NULL,
  currency text NOT NULL,
  requested_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX payments_by_player ON payments (player_id, requested_at);

CREATE TABLE bonuses (
  user_bonus_id text PRIMARY KEY,
  player_id bigint NOT NULL,
  bonus_id text NOT NULL,
  template_version integer NOT NULL,
  -- queued, granted, completed, cancelled.
  status text NOT NULL,
  reason text,
  amount numeric NOT NULL,
  currency text NOT NULL,
  wagered numeric NOT NULL,
  wagering_required numeric,
  expires_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX bonuses_by_player ON bonuses (player_id, created_at);

CREATE TABLE game_sessions (
  session_id text PRIMARY KEY,
  player_id bigint NOT NULL,
  game_id text NOT NULL,
  provider text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  end_reason text
);
CREATE INDEX game_sessions_by_player ON game_sessions (player_id, started_at);

-- Logins that were logged out before their token expired: query refuses their tokens.
CREATE TABLE revoked_logins (
  login_id text PRIMARY KEY,
  player_id bigint NOT NULL,
  revoked_at timestamptz NOT NULL
);

-- Down Migration
DROP SCHEMA read_model CASCADE;
