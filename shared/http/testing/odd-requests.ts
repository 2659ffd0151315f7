import fc, { type Arbitrary } from 'fast-check';

/** Headers that a caller may send and mostly should not. What identifies the caller is left alone. */
export const oddHeaders: Arbitrary<readonly (readonly [string, string])[]> = fc.oneof(
  { weight: 6, arbitrary: fc.constant([]) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          ...['Content-Type', 'Content-Encoding', 'Accept', 'Accept-Encoding', 'Idempotency-Key', 'X-Correlation-Id'],
          ...[
            'X-Min-Position',
            'X-Fasttrack-Id',
            'X-Fasttrack-Triggerhash',
            'traceparent',
            'X-Forwarded-For',
            'Cookie',
          ],
          ...['X-HTTP-Method-Override', 'User-Agent', 'Expect', 'If-Match', 'Range', '__proto__', 'constructor'],
        ),
        fc.constantFrom(
          ...[
            '',
            ' ',
            'gzip',
            'application/xml',
            'text/plain; charset=utf-16',
            '*/*',
            '-1',
            '0',
            '1e9',
            '9'.repeat(40),
          ],
          ...[
            'x'.repeat(255),
            'x'.repeat(256),
            'x'.repeat(4_000),
            '\u00ff\u0080',
            '"\\',
            'DELETE',
            '100-continue',
            '::1',
          ],
          ...['00-00000000000000000000000000000000-0000000000000000-00', 'bytes=0-', '__proto__'],
        ),
        fc.boolean(),
      )
      .map(
        ([name, value, twice]) =>
          (twice
            ? [
                [name, value],
                [name, 'again'],
              ]
            : [[name, value]]) as [string, string][],
      ),
  },
);

/** What may stand in the place of a path's parameter, escaped or broken. */
export const oddSegments: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      '%00',
      '%zz',
      '%',
      '%2f',
      '..%2f..',
      '%ff',
      '%E0%A4',
      '0',
      '-1',
      '1.0',
      '2147483647',
      '9'.repeat(30),
      '1%20or%201',
    ],
    ...['__proto__', 'constructor', '%F0%9F%98%80', 'x'.repeat(3_000), "'", '777', 'null', ';', '%0d%0aX:1', '*', '01'],
  ),
  fc.string({ minLength: 1, maxLength: 10 }).map(encodeURIComponent),
);

export const oddQueries: Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        '?',
        '?x=1',
        '?__proto__=1',
        '?constructor[prototype]=1',
        '?limit=1&limit=2',
        '?a=%00',
        '?%zz',
        '?=&&==',
        '??',
      ],
      ...[
        '?dry_run=yes',
        '?dry_run=true&dry_run=true',
        '?limit=0',
        '?limit=-1',
        '?limit=1e3',
        `?x=${'y'.repeat(4_000)}`,
      ],
    ),
  },
);
