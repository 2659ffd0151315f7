import { CONSENT_TYPES } from '../../../shared/http/consent-types.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Row, Sql } from '../../../shared/postgres/postgres.js';
import { mobileOf } from './phone.js';

// Fast Track's published answers, field for field: their schemas are closed. All of them are undefined for a player who
// does not exist, or whose profile was forgotten.

/** Reasons that are responsible gaming; the others are the brand's own. To Fast Track they are two different blocks. */
const EXCLUDING = ['self_exclusion', 'timeout'];

type Blocks = { readonly excluded: readonly string[]; readonly blocked: readonly string[] };

type Known = {
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly birth_date: string;
  readonly country: string;
  readonly currency: string;
  readonly phone: string;
  readonly address: string;
  readonly registered_at: Date;
  readonly reasons: readonly string[];
};

const STANDING_REASONS = `array(select b.reason from read_model.blocks b
  where b.player_id = p.player_id and (b.until is null or b.until > $2) order by b.reason collate "C") as reasons`;

/**
 * The 25 fields, all of them; what is not known is "". The user name is what the player logs in with: the e-mail
 * address. The market is the country, in lower case.
 */
export async function readNativeUserDetails(sql: Sql, playerId: PlayerId, now: Date, origin: string) {
  const [row] = await sql.query<Row & Known>(
    `select f.email, f.first_name, f.last_name, f.birth_date, f.country, p.currency, f.phone, f.address,
       p.registered_at, ${STANDING_REASONS}
     from read_model.players p join read_model.profiles f using (player_id) where p.player_id = $1`,
    [playerId, now],
  );
  if (row === undefined) return undefined;
  const { excluded, blocked } = blocksOf(row.reasons);
  return {
    user_id: playerId,
    username: row.email,
    email: row.email,
    first_name: row.first_name,
    last_name: row.last_name,
    title: '',
    sex: '',
    birth_date: row.birth_date,
    address: row.address,
    city: '',
    postal_code: '',
    country: row.country,
    currency: row.currency,
    language: '',
    market: row.country.toLowerCase(),
    ...mobileOf(row.phone),
    origin,
    affiliate_reference: '',
    registration_code: '',
    registration_date: row.registered_at.toISOString(),
    verified_at: '',
    roles: [],
    is_blocked: blocked.length > 0,
    is_excluded: excluded.length > 0,
  };
}

/** Always the two of them, whether they stand or not; the note names the reasons. */
export async function readNativeBlocks(sql: Sql, playerId: PlayerId, now: Date) {
  const [row] = await sql.query<Row & Pick<Known, 'reasons'>>(
    `select ${STANDING_REASONS}
     from read_model.players p join read_model.profiles f using (player_id) where p.player_id = $1`,
    [playerId, now],
  );
  if (row === undefined) return undefined;
  const { excluded, blocked } = blocksOf(row.reasons);
  return {
    blocks: [
      { active: excluded.length > 0, type: 'Excluded', note: excluded.join(', ') },
      { active: blocked.length > 0, type: 'Blocked', note: blocked.join(', ') },
    ],
  };
}

function blocksOf(reasons: readonly string[]): Blocks {
  return {
    excluded: reasons.filter((reason) => EXCLUDING.includes(reason)),
    blocked: reasons.filter((reason) => !EXCLUDING.includes(reason)),
  };
}

/** All six, each under the name that this tenant of Fast Track gives it. */
export async function readNativeConsents(sql: Sql, playerId: PlayerId, nameOf: (type: string) => string) {
  const [row] = await sql.query(
    `select c.email, c.sms, c.telephone, c.post_mail, c.site_notification, c.push_notification
     from read_model.consents c join read_model.profiles f using (player_id) where c.player_id = $1`,
    [playerId],
  );
  return (
    row && { consents: CONSENT_TYPES.map(([type, name]) => ({ type: nameOf(type), opted_in: row[name] === true })) }
  );
}
