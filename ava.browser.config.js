// `npm run test:browser`: the pages in Chromium, on a platform of their own. Not part of `npm test`.
export default {
  files: ['infra/testing/browser/*.browser.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  concurrency: 1,
  timeout: '10m',
};
