-- Up Migration
-- Several bridges share the work: each player's lane belongs to a partition, and each partition to one bridge at a time.
-- The times are this server's: bridges never compare their clocks.

-- Who is there. The lease is the instance's, so that renewing it is one row, whatever it owns. Whose lease has run out is
-- deleted by whoever sees it first, and with that owns nothing: an instance whose row is gone has lost all, and knows it
-- when it next renews.
CREATE TABLE bridge.instances (
  -- Never used twice: who was given up for dead comes back as another.
  id uuid PRIMARY KEY,
  -- Who is started under the name of another takes its place at once, rather than when its lease has run out.
  name text UNIQUE,
  joined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- `epoch` is raised whenever a partition is taken. What its owner writes about a lane names the epoch it was done under,
-- and changes nothing once there is a later one.
CREATE TABLE bridge.partitions (
  partition smallint PRIMARY KEY CHECK (partition BETWEEN 0 AND 255),
  owner uuid REFERENCES bridge.instances ON DELETE SET NULL,
  epoch bigint NOT NULL DEFAULT 0
);
INSERT INTO bridge.partitions (partition) SELECT generate_series(0, 255);

-- One instance pulls from JetStream and compares the heads. Two would do no harm, but order costs less with one.
CREATE TABLE bridge.intake (
  the_one boolean PRIMARY KEY DEFAULT true CHECK (the_one),
  owner uuid REFERENCES bridge.instances ON DELETE SET NULL,
  epoch bigint NOT NULL DEFAULT 0
);
INSERT INTO bridge.intake DEFAULT VALUES;

-- Down Migration
DROP TABLE bridge.intake;
DROP TABLE bridge.partitions;
DROP TABLE bridge.instances;
