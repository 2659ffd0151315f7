export type Upstream = 'command' | 'query';

export type GatewayRoute = {
  readonly upstream: Upstream;
  readonly methods: readonly string[];
  /** In @koa/router's notation. */
  readonly paths: readonly string[];
};

/** Which service answers what: the routes of both families, by method, because reads and writes share paths. */
export const routeTable: readonly GatewayRoute[] = [
  {
    upstream: 'command',
    methods: ['POST'],
    paths: [
      '/provider/v1/balance',
      '/provider/v1/bet',
      '/provider/v1/win',
      '/provider/v1/rollback',
      '/provider/v1/play',
      '/psp/v1/callback',
      '/operator/bonus-credit',
      '/bonus/credit',
      '/bonus/credit/funds',
      '/userconsents/:id',
      '/players',
      '/login',
      '/logout',
      '/me/blocks',
      '/me/deposits',
      '/me/withdrawals',
      '/me/game-sessions',
    ],
  },
  { upstream: 'command', methods: ['PUT'], paths: ['/me', '/me/consents', '/me/limits', '/me/password'] },
  {
    upstream: 'command',
    methods: ['DELETE'],
    paths: ['/me/withdrawals/:id', '/me/game-sessions/:id', '/me/bonuses/:id'],
  },
  { upstream: 'command', methods: ['POST', 'PUT', 'DELETE'], paths: ['/backoffice/*rest'] },
  // Before the other reads of the back office, which are query's: only the event store knows where it ends.
  { upstream: 'command', methods: ['GET'], paths: ['/backoffice/ledger/end'] },
  {
    upstream: 'query',
    methods: ['GET'],
    paths: [
      '/operator/user-details/:id',
      '/operator/player-blocks/:id',
      '/operator/consents/:id',
      '/userdetails/:id',
      '/userblocks/:id',
      '/userconsents/:id',
      '/bonus/list',
      '/token',
      '/me',
      '/me/*rest',
      '/backoffice/*rest',
    ],
  },
  { upstream: 'query', methods: ['POST'], paths: ['/reconciliation', '/authenticate', '/token'] },
];
