-- Up Migration
-- Withdrawals that wait for the back office or for their PSP: command looks for them twice a second and operators all
-- day, oldest first, so what is open must be found without reading what was ever paid.

CREATE INDEX withdrawals_open ON read_model.payments (requested_at, payment_id)
  WHERE kind = 'withdrawal' AND status IN ('requested', 'approved');

-- Down Migration
DROP INDEX read_model.withdrawals_open;
