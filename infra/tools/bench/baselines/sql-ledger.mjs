// The peer: a double-entry transfer in plain SQL. Two accounts are locked in the order of their ids; transfer, two
// entries and two balances are written in one transaction, which a function does in one round trip. No code of the project.
// node sql-ledger.mjs <postgres url> <one-house|spread> <concurrency> <seconds>     prints transfers a second
import pg from 'pg';

const PLAYERS = 1_000;
const [url = '', house = '', concurrency = '', seconds = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: Number(concurrency) });

await pool.query(`
  DROP SCHEMA IF EXISTS bare_ledger CASCADE;
  CREATE SCHEMA bare_ledger;
  CREATE TABLE bare_ledger.accounts (id bigint PRIMARY KEY, balance numeric NOT NULL);
  CREATE TABLE bare_ledger.transfers (
    id bigserial PRIMARY KEY, reference text NOT NULL UNIQUE, from_id bigint NOT NULL, to_id bigint NOT NULL,
    amount numeric NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE bare_ledger.entries (
    id bigserial PRIMARY KEY, transfer_id bigint NOT NULL REFERENCES bare_ledger.transfers, account_id bigint NOT NULL
    REFERENCES bare_ledger.accounts, amount numeric NOT NULL, balance_after numeric NOT NULL);
  CREATE INDEX ON bare_ledger.entries (account_id);
  INSERT INTO bare_ledger.accounts SELECT n, 1000000 FROM generate_series(1, ${2 * PLAYERS}) AS n;
  CREATE FUNCTION bare_ledger.transfer(ref text, source bigint, target bigint, value numeric) RETURNS numeric LANGUAGE plpgsql AS $$
  DECLARE transfer bigint; left_over numeric; received numeric;
  BEGIN
    PERFORM 1 FROM bare_ledger.accounts WHERE id IN (source, target) ORDER BY id FOR UPDATE;
    UPDATE bare_ledger.accounts SET balance = balance - value WHERE id = source AND balance >= value RETURNING balance INTO left_over;
    IF left_over IS NULL THEN RAISE EXCEPTION 'insufficient funds'; END IF;
    UPDATE bare_ledger.accounts SET balance = balance + value WHERE id = target RETURNING balance INTO received;
    INSERT INTO bare_ledger.transfers (reference, from_id, to_id, amount) VALUES (ref, source, target, value) RETURNING id INTO transfer;
    INSERT INTO bare_ledger.entries (transfer_id, account_id, amount, balance_after)
      VALUES (transfer, source, -value, left_over), (transfer, target, value, received);
    RETURN left_over;
  END $$;
  ANALYZE bare_ledger.accounts;
`);

let next = 0;
async function transferred(until) {
  let count = 0;
  for (; performance.now() < until; count += 1) {
    next += 1;
    const player = 1 + (next % PLAYERS);
    const target = house === 'spread' ? PLAYERS + player : 2 * PLAYERS;
    await pool.query({
      name: 'transfer',
      text: 'SELECT bare_ledger.transfer($1, $2, $3, 0.01)',
      values: [`t-${next}`, player, target],
    });
  }
  return count;
}

async function rate(secs) {
  const begun = performance.now();
  const until = begun + secs * 1_000;
  const counts = await Promise.all(Array.from({ length: Number(concurrency) }, () => transferred(until)));
  return (counts.reduce((sum, count) => sum + count, 0) / (performance.now() - begun)) * 1_000;
}

await rate(0.5);
process.stdout.write(`${await rate(Number(seconds))}\n`);
await pool.query('DROP SCHEMA bare_ledger CASCADE');
await pool.end();
