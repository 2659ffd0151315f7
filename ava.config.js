// `npm test` runs a compiled copy of the checkout; `npx ava <file>` runs the sources.
const isCompiled = process.env.CROUPIER_TEST_COMPILED === '1';
const type = isCompiled ? 'js' : 'ts';

export default {
  files: ['services', 'shared', 'infra'].map((folder) => `${folder}/**/*.test.${type}`),
  extensions: isCompiled ? ['js'] : { ts: 'module' },
  nodeArguments: isCompiled ? [] : ['--import=tsx'],
  // tsx registers its loader in the main thread only.
  workerThreads: false,
  concurrency: 2,
  timeout: '3m',
};
