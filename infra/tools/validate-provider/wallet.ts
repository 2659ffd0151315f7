import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { createCatalogue } from '../../../services/command/catalogue/catalogue.js';
import { createMemoryArchive } from '../../../services/command/runtime/memory-archive.js';
import { startCommand } from '../../../services/command/service.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { type Draft, EMPTY_HEAD, seal } from '../../../shared/events/envelope.js';
import { PLAYER_SCHEMA_VERSION } from '../../../shared/events/player-events.js';
import { cashAccount, pspAccount } from '../../../shared/ids/accounts.js';
import { PLAYER_ID_MAX, type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import { type Amount, parseAmount, zero } from '../../../shared/money/money.js';
import { credit, debit } from '../../../shared/money/postings.js';
import { silentLogger } from '../../../shared/telemetry/log.js';

export type Seat = { readonly playerId: string; readonly sessionId: string };

/** Croupier's own command service, with a memory for a store: what it answers is what Croupier answers. */
export type Wallet = {
  readonly url: string;
  /** A player of his own with an open game session, with money or without. */
  seat(isFunded: boolean): Promise<Seat>;
  stop(): Promise<void>;
};

export type WalletOptions = {
  readonly provider: { readonly id: string; readonly secret: string };
  readonly gameId: string;
  readonly currency: string;
};

const DEPOSIT = '1000000';
/** Nobody listens here: the wallet goes on without read models. */
const NOWHERE = '127.0.0.1:1';

export async function startWallet({ provider, gameId, currency }: WalletOptions): Promise<Wallet> {
  const secret = () => randomBytes(32).toString('hex');
  const key = { id: 'unused', sha256: createHash('sha256').update(secret()).digest('hex') };
  const game = { gameId, name: gameId, category: 'Slots', provider: provider.id };
  const store = createMemoryEventStore();
  const service = await startCommand(
    {
      HOST: '127.0.0.1',
      PORT: 0,
      LOG_LEVEL: 'silent',
      EVENTSTORE_URL: NOWHERE,
      POSTGRES_URL: `postgres://${NOWHERE}/unused`,
      // Its players are nobody.
      CROUPIER_PASSWORD_COST: 1024,
      CROUPIER_EMAIL_KEY: secret(),
      CROUPIER_TOKEN_KEY: secret(),
      CROUPIER_OAUTH_KEY: secret(),
      CROUPIER_PROVIDERS: [{ id: provider.id, secrets: [provider.secret] }],
      CROUPIER_PSPS: [],
      CROUPIER_OPERATOR_KEYS: [key],
      CROUPIER_BACKOFFICE_KEYS: [key],
      CROUPIER_OAUTH_CLIENTS: [],
      CROUPIER_WITHDRAWALS: 'manual',
      CROUPIER_ARCHIVE_DIR: '',
      catalogue: createCatalogue({ games: [game], bonusTemplates: [] }),
    },
    {
      store,
      archive: createMemoryArchive(),
      payouts: { openWithdrawals: async () => [], pay: async () => undefined },
      findUnmarkedDetails: async () => [],
      findForgotten: async () => [],
      timerLease: async () => false,
      logger: silentLogger,
    },
  );

  return {
    url: service.url,
    async seat(isFunded) {
      const playerId = newPlayerId();
      const sessionId = `session-${randomUUID()}`;
      const drafts: readonly Draft[] = [
        { type: 'PlayerRegistered', data: { currency, profileRevision: 0 } },
        ...(isFunded ? depositOf(playerId, currency) : []),
        { type: 'GameSessionStarted', data: { sessionId, gameId, provider: provider.id } },
      ];
      const now = new Date().toISOString();
      const { events } = seal(playerStream(playerId), EMPTY_HEAD, drafts, {
        ...{ schemaVersion: PLAYER_SCHEMA_VERSION, occurredAt: now, recordedAt: now },
        ...{ correlationId: randomUUID(), causationId: randomUUID(), actor: 'system:validate-provider' },
      });
      await store.append(playerStream(playerId), events, 'no_stream');
      return { playerId, sessionId };
    },
    stop: () => service.stop(),
  };
}

function depositOf(playerId: PlayerId, currency: string): readonly Draft[] {
  const amount = depositAmount(currency);
  const payment = { paymentId: `${playerId}-deposit`, psp: 'psp', amount, currency };
  const postings = [debit(pspAccount('psp'), amount, currency), credit(cashAccount(playerId), amount, currency)];
  const nothing = zero(currency);
  const balances = { cash: amount, bonus: nothing, withdrawal: nothing, currency };
  return [
    { type: 'DepositRequested', data: payment },
    { type: 'DepositCompleted', data: { ...payment, pspReference: 'validate-provider', postings, balances } },
  ];
}

function depositAmount(currency: string): Amount {
  const parsed = parseAmount(DEPOSIT, currency);
  if (!parsed.ok) throw new Error(`${DEPOSIT} is no amount of ${currency}`);
  return parsed.amount;
}

function newPlayerId(): PlayerId {
  const playerId = parsePlayerId(String(randomInt(1, PLAYER_ID_MAX)));
  if (playerId === undefined) throw new Error('a number in the range of player ids is none');
  return playerId;
}
