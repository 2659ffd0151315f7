import { type Answer, callSigned, type Signer } from '../../sandbox/http-call.js';
import { type ServiceProcess, startServiceProcess } from './service-process.js';

const KEY = '0123456789abcdef'.repeat(4);
const SECRET = 'bench-secret-0123456789-0123456789';
export const PROVIDER = { id: 'mock', secret: SECRET };
const SIGNER: Signer = { idHeader: 'X-Provider-Id', id: 'mock', secret: SECRET };
const CALL_MS = 10_000;

export type CommandProcess = ServiceProcess & {
  /** One signed provider call; undefined when there was no answer. */
  call(route: 'bet' | 'win', body: object): Promise<Answer | undefined>;
};

/** The command service as it runs in production, on this event store and without Postgres (nothing here needs it). */
export async function startCommandProcess(eventStoreUrl: string, archiveDir: string): Promise<CommandProcess> {
  const process = await startServiceProcess('command', {
    ...{ EVENTSTORE_URL: eventStoreUrl, POSTGRES_URL: 'postgres://127.0.0.1:1/none', CROUPIER_ARCHIVE_DIR: archiveDir },
    ...{ CROUPIER_EMAIL_KEY: KEY, CROUPIER_TOKEN_KEY: KEY, CROUPIER_OAUTH_KEY: KEY },
    CROUPIER_PROVIDERS: JSON.stringify([{ id: 'mock', secrets: [SECRET] }]),
    ...{ CROUPIER_PSPS: '[]', CROUPIER_OPERATOR_KEYS: '[]', CROUPIER_BACKOFFICE_KEYS: '[]' },
  });
  return {
    ...process,
    call: (route, body) => callSigned(SIGNER, `${process.url}/provider/v1/${route}`, JSON.stringify(body), CALL_MS),
  };
}
