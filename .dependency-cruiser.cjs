// The architecture as rules. `npm run check` fails when one is broken.
const SERVICE = '^services/([^/]+)/';
const PURE = '^(shared/(money|ids|decider|events|catalogue)|services/command/(player|catalogue))/';
const TEST = '\\.(test|contract)\\.ts$|/tests/|/testing/';

const WEB = '^infra/sandbox/web/';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'services-never-import-each-other',
      comment: 'They meet in events, tables and subjects only.',
      severity: 'error',
      from: { path: SERVICE },
      to: { path: SERVICE, pathNot: '^services/$1/' },
    },
    {
      name: 'shared-imports-no-service',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(services|infra)/' },
    },
    {
      name: 'services-import-no-infra',
      severity: 'error',
      from: { path: '^services/', pathNot: TEST },
      to: { path: '^infra/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'Deciders, events, money and ids: no I/O and no SDK. (node:crypto hashing is a pure function.)',
      severity: 'error',
      from: { path: PURE, pathNot: TEST },
      to: {
        path: '^(node:|node_modules/|shared/(http|postgres|bus|config|telemetry)/|shared/event-store/(?!event-store\\.ts)|services/command/(http|adapters|runtime)/)',
        pathNot: '^node_modules/(ts-pattern|zod|decimal\\.js)/|^node:crypto$',
      },
    },
    {
      name: 'domain-uses-no-core-module',
      severity: 'error',
      from: { path: PURE, pathNot: TEST },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'only-money-does-arithmetic',
      severity: 'error',
      from: { pathNot: '^shared/money/' },
      to: { path: 'node_modules/decimal\\.js' },
    },
    {
      name: 'sdks-stay-in-their-adapters',
      severity: 'error',
      from: { pathNot: `^shared/(event-store|bus|postgres)/|^infra/|${TEST}` },
      to: { path: 'node_modules/(@eventstore|@grpc|nats|pg)/' },
    },
    {
      name: 'lmdb-stays-in-its-adapters',
      severity: 'error',
      from: { pathNot: `^services/command/adapters/|^infra/|${TEST}` },
      to: { path: 'node_modules/lmdb/' },
    },
    {
      name: 'one-http-server',
      comment: 'Time-outs, limits of bodies and security headers are those of shared/http, on every listener.',
      severity: 'error',
      from: { path: '^(services|infra/sandbox)/', pathNot: TEST },
      to: { path: '^(node:)?(http|https|http2)$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pages-run-in-browsers',
      comment:
        'A page imports pages and the front-end library only, so that nothing of Node or of a service gets into it.',
      severity: 'error',
      from: { path: WEB, pathNot: TEST },
      to: { pathNot: `${WEB}|^node_modules/(preact|@preact)/` },
    },
    {
      name: 'pages-are-built-not-imported',
      comment: 'But for the words that the demo in the terminal and the tour in the page share.',
      severity: 'error',
      from: { pathNot: WEB },
      to: { path: WEB, pathNot: `${WEB}tour/steps\\.ts` },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
