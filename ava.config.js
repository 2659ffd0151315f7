export default {
  files: ['services/**/*.test.ts', 'shared/**/*.test.ts', 'infra/**/*.test.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  // tsx registers its loader in the main thread only.
  workerThreads: false,
  concurrency: 2,
  timeout: '3m',
};
