import { z } from 'zod';

/** What `npm run audit:dependencies` says, one line each, the last of them the result; and its exit code. */
export type Verdict = { readonly code: 0 | 1 | 2; readonly lines: readonly string[] };

const SEVERE = ['high', 'critical'];

const report = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })),
});
const failure = z.object({ message: z.string() });

/** Of what `npm audit --json` printed. What was not audited is not sound: 2, in one line. */
export function verdictOn(printed: string): Verdict {
  const said = parsed(printed);
  const { data: audited } = report.safeParse(said);
  if (audited === undefined) {
    const why = failure.safeParse(said).data?.message ?? 'npm said nothing that can be read';
    return {
      code: 2,
      lines: [`The dependencies were not audited: the registry does not answer that question (${why}).`],
    };
  }
  const severe = Object.entries(audited.vulnerabilities).filter(([, { severity }]) => SEVERE.includes(severity));
  const others = Object.keys(audited.vulnerabilities).length - severe.length;
  const rest = others === 0 ? '' : `; lesser ones: ${others}`;
  return {
    code: severe.length === 0 ? 0 : 1,
    lines: [
      ...severe.map(([name, { severity, range }]) => `${name} ${range}: ${severity}`),
      severe.length === 0
        ? `No severe hole is known in what is installed for production${rest}.`
        : `${severe.length} packages of what is installed for production have severe holes${rest} (npm audit says more).`,
    ],
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
