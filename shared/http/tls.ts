import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

/** With what a process serves HTTPS: files in PEM. The certificate's may hold the chain up to its authority. */
export type TlsFiles = { readonly certificate: string; readonly key: string };

/** As `processVariables` has them. */
type TlsSettings = {
  readonly TLS_CERTIFICATE_FILE?: string | undefined;
  readonly TLS_KEY_FILE?: string | undefined;
};

/** @throws Error when one is named without the other: a process that was to serve HTTPS must not serve HTTP. */
export function tlsFiles({ TLS_CERTIFICATE_FILE: certificate, TLS_KEY_FILE: key }: TlsSettings): TlsFiles | undefined {
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  if (certificate === undefined && key === undefined) return undefined;
  throw new Error('TLS_CERTIFICATE_FILE and TLS_KEY_FILE belong together: one of them is not set');
}

/** @throws Error naming the file that cannot be read; Node's own when one is no certificate, or no key of it. */
export function createWebServer(options: ServerOptions, tls: TlsFiles | undefined): Server {
  if (tls === undefined) return createServer(options);
  const cert = readFileSync(tls.certificate);
  const key = readFileSync(tls.key);
  // Who opens a connection and says nothing is waited for as long as for a request.
  const handshakeTimeout = options.requestTimeout === undefined ? {} : { handshakeTimeout: options.requestTimeout };
  return createTlsServer({ ...options, ...handshakeTimeout, cert, key, minVersion: 'TLSv1.2' });
}
