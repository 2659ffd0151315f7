import test from 'ava';
import { readSandboxConfig } from './config.js';
import { sandboxEnv } from './testing/sandbox-in-test.js';

test('what is missing or wrong is named, and no secret is shown', (t) => {
  const { FT_API_KEY: _, ...env } = sandboxEnv('data', 'http://127.0.0.1:4000/');
  const wrong = {
    ...env,
    PSP_PORT: 'nowhere',
    FT_KEY_HEADER: 'X Api Key',
    PSP_SECRET: 'hush-hush',
    FT_PROFILE: 'other',
  };
  const error = t.throws(() => readSandboxConfig(wrong));
  for (const name of ['FT_API_KEY', 'PSP_PORT', 'FT_KEY_HEADER', 'FT_PROFILE'])
    t.true(error?.message.includes(name), name);
  t.false(error?.message.includes('hush-hush'));
});

test('the gateway is kept without its last slash, and the rest has its defaults', (t) => {
  t.like(readSandboxConfig(sandboxEnv('data', 'http://127.0.0.1:4000/')), {
    gatewayUrl: 'http://127.0.0.1:4000',
    host: '127.0.0.1',
    profile: 'guide',
    keyHeader: 'X-Api-Key',
    dataDir: 'data',
  });
});

test('the back office’s key is refused where more than this machine could use it', (t) => {
  const env = { ...sandboxEnv('data', 'http://127.0.0.1:4000'), BACKOFFICE_API_KEY: 'hush-hush' };
  t.is(readSandboxConfig(env).backofficeApiKey, 'hush-hush');
  const error = t.throws(() => readSandboxConfig({ ...env, HOST: '0.0.0.0' }), { message: /BACKOFFICE_API_KEY/ });
  t.false(error?.message.includes('hush-hush'));
});
