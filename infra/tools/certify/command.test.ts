import test from 'ava';
import { runCertify } from './command.js';

async function runInTest(args: readonly string[], signal = new AbortController().signal) {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = {
    ...{ out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) },
    screen: { write: () => true },
  };
  return { code: await runCertify(args, {}, terminal, signal), out: out.join('\n'), err: err.join('\n') };
}

const KEYS = ['operatorApiKey', 'backofficeApiKey', 'providerId', 'providerSecret', 'pspId', 'pspSecret'];
const NOBODY = {
  ...{ gateway: 'http://127.0.0.1:9', fastTrack: 'http://127.0.0.1:9', psp: 'http://127.0.0.1:9', profile: 'guide' },
  keys: Object.fromEntries(KEYS.map((name) => [name, 'key'])),
};

test('help is shown when asked for', async (t) => {
  const { code, out } = await runInTest(['--help']);
  t.is(code, 0);
  t.regex(out, /^npm run certify/);
});

for (const [title, args, why] of [
  ['no such file', ['--ready', '/nowhere/ready.json'], /\/nowhere\/ready\.json cannot be read: start the platform/],
  ['no JSON', ['--ready', '{gateway'], /\{gateway is not READY's JSON/],
  ['not all of READY', ['--ready', '{"gateway":"http://127.0.0.1:9"}'], /READY is not as it must be: .*fastTrack/],
  ['no such case', ['--ready', JSON.stringify(NOBODY), '--only', 'poker'], /--only poker: no case has that in its id/],
  [
    'nobody there',
    ['--ready', JSON.stringify(NOBODY), '--patience', '1'],
    /GET http:\/\/127\.0\.0\.1:9\/stats had no answer/,
  ],
] as const) {
  test(`nothing is certified, and why is said: ${title}`, async (t) => {
    const { code, err } = await runInTest(args);
    t.is(code, 1);
    t.regex(err, why);
    t.regex(err.trimEnd().split('\n').at(-1) ?? '', /^Nothing was certified: /);
  });
}

test('a stop is no certificate', async (t) => {
  const { code, err } = await runInTest(['--ready', JSON.stringify(NOBODY)], AbortSignal.abort());
  t.is(code, 1);
  t.is(err, 'Nothing was certified: it was stopped.');
});
