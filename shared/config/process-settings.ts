import { type TlsFiles, tlsFiles } from '../http/tls.js';

/** What `processVariables` say of a process: where it listens, with TLS or without, and how much it logs. */
export type ProcessSettings = {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsFiles | undefined;
  readonly logLevel: string;
};

type Read = Parameters<typeof tlsFiles>[0] & {
  readonly HOST: string;
  readonly PORT: number;
  readonly LOG_LEVEL: string;
};

/** @throws Error when a certificate is named without its key. */
export function processSettings(read: Read): ProcessSettings {
  return { host: read.HOST, port: read.PORT, tls: tlsFiles(read), logLevel: read.LOG_LEVEL };
}
