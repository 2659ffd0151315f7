-- Up Migration
-- Which of several projectors works; the others stand by. A row that its holder renews, not a lock: a lock belongs to a
-- connection, and the connection of a process that is paused or hangs stays. All times are the database's own.

CREATE TABLE read_model.leases (
  name text PRIMARY KEY,
  holder text NOT NULL,
  -- Grows with every change of hands: who was the holder once knows that it no longer is.
  epoch bigint NOT NULL,
  expires_at timestamptz NOT NULL
);

-- Down Migration
DROP TABLE read_model.leases;
