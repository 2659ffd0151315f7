import test from 'ava';
import type { Certificate } from '../certificate.js';
import { certificatePage } from './page.js';

const ATTACK = '"><script>alert(1)</script>';

const certificate: Certificate = {
  ...{ schema: 'croupier-certificate/1', issued: false, ok: false, sentence: `No certificate ${ATTACK}` },
  ...{ began_at: '2026-01-01T00:00:00.000Z', took_ms: 1 },
  subject: { gateway: ATTACK, fast_track: ATTACK, profile: 'guide' },
  checks: [{ id: 'wallet', title: ATTACK, ok: false, passed: 0, cases: 1 }],
  cases: [
    {
      ...{ id: 'wallet.bet', check: 'wallet', title: ATTACK, ok: false, took_ms: 1 },
      findings: [{ what: ATTACK, ok: false, expected: ATTACK, found: { [ATTACK]: ATTACK }, evidence: [1] }],
      evidence: [
        {
          ...{ n: 1, at: '2026-01-01T00:00:00.000Z', kind: 'call', as: 'provider', method: ATTACK, path: ATTACK },
          ...{ body: ATTACK, status: 200, replayed: false, answer: { [ATTACK]: ATTACK }, ms: 1 },
        },
        {
          ...{ n: 2, at: '2026-01-01T00:00:00.000Z', kind: 'deliveries', player_id: ATTACK },
          messages: [{ path: ATTACK }],
        },
      ],
    },
  ],
  figures: {
    ...{ calls: 1, events: 0, deliveries: 0, copies: 0, delays_ms: [1, 2_600] },
    delay_ms: { p50: 1, p99: 2_600, max: 2_600 },
    trial_balance: [{ account: ATTACK, currency: 'EUR', debits: '1.00', credits: '1.00' }],
  },
};

test('nothing that was found becomes markup, and the page needs nothing from elsewhere', (t) => {
  const page = certificatePage(certificate);
  t.notRegex(page, /<script|<[^>]*\son[a-z]+=|javascript:|@import|url\(/i);
  t.notRegex(page, /(src|href)="(?!#)/);
  t.regex(page, /default-src &#39;none&#39;; style-src &#39;sha256-/);
});

test('a case that fails is open, with what was worked out and what was found', (t) => {
  const page = certificatePage(certificate);
  t.regex(page, /<details class="case" id="wallet\.bet" open>/);
  t.regex(page, /Report: no certificate/);
});
