import { type Logger, pino } from 'pino';

export type { Logger };

/** One JSON line per entry on stdout. Secrets and personal data are never passed to it; the redaction is a second net. */
export function createLogger(service: string, level = 'info'): Logger {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['*.password', '*.email', '*.authorization', '*.secret'],
  });
}

/** For tests, and for tools that print for a person. */
export const silentLogger: Logger = pino({ level: 'silent' });
