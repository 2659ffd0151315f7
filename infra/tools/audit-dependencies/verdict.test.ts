import test from 'ava';
import { verdictOn } from './verdict.js';

const audit = (vulnerabilities: object) => JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata: {} });

test('without a known hole, or with lesser ones only, all is well', (t) => {
  t.deepEqual(verdictOn(audit({})), {
    code: 0,
    lines: ['No severe hole is known in what is installed for production.'],
  });
  t.deepEqual(verdictOn(audit({ a: { severity: 'moderate', range: '<2' } })), {
    code: 0,
    lines: ['No severe hole is known in what is installed for production; lesser ones: 1.'],
  });
});

test('each package with a severe hole is named', (t) => {
  const found = {
    a: { severity: 'high', range: '<2' },
    b: { severity: 'low', range: '*' },
    c: { severity: 'critical', range: '1' },
  };
  t.deepEqual(verdictOn(audit(found)), {
    code: 1,
    lines: [
      'a <2: high',
      'c 1: critical',
      '2 packages of what is installed for production have severe holes; lesser ones: 1 (npm audit says more).',
    ],
  });
});

test('a registry that cannot say is told in one line, and is no all-clear', (t) => {
  const message = '405 Method Not Allowed - POST https://registry.example/-/npm/v1/security/advisories/bulk';
  t.deepEqual(verdictOn(JSON.stringify({ message, statusCode: 405, error: { summary: '' } })), {
    code: 2,
    lines: [`The dependencies were not audited: the registry does not answer that question (${message}).`],
  });
  for (const printed of ['', 'npm ERR!', '[]', 'null']) {
    t.is(verdictOn(printed).code, 2);
    t.regex(
      verdictOn(printed).lines.join('\n'),
      /^The dependencies were not audited: .*\(npm said nothing that can be read\)\.$/,
    );
  }
});
