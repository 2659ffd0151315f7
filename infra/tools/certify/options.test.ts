import test from 'ava';
import { readOptions } from './options.js';

test('without options: a platform of its own, in the words that FT_PROFILE names', (t) => {
  t.like(readOptions([], {}), { ready: undefined, url: undefined, profile: 'guide', outFolder: '.out' });
  t.like(readOptions([], { FT_PROFILE: 'native' }), { profile: 'native' });
  t.like(readOptions(['--profile', 'guide'], { FT_PROFILE: 'native' }), { profile: 'guide' });
});

test('a URL alone finds its keys in the data folder', (t) => {
  t.like(readOptions(['--url', 'http://127.0.0.1:4000'], {}), { ready: '.data/ready.json' });
  t.like(readOptions(['--url', 'http://127.0.0.1:4000'], { CROUPIER_DATA_DIR: '/d' }), { ready: '/d/ready.json' });
  t.like(readOptions(['--url', 'http://127.0.0.1:4000', '--ready', '{}'], {}), { ready: '{}' });
});

for (const [args, why] of [
  [['--profile', 'klingon'], /guide or native, not klingon/],
  [['--ready', 'r.json', '--profile', 'native'], /a running one says itself/],
  [['--url', 'nowhere'], /nowhere is no URL/],
  [['--at-once', '0'], /from 1 to 64, not "0"/],
  [['--patience', 'long'], /from 1 to 3600, not "long"/],
  [['--out', ''], /--out needs a value/],
  [['--wrong'], /Unknown option '--wrong'/],
] as const) {
  test(`refused: ${args.join(' ')}`, (t) => {
    t.throws(() => readOptions(args, {}), { name: 'UsageError', message: why });
  });
}
