/** A request on an integration route, judged. */
export type JudgedMessage = {
  readonly receivedAt: string;
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  /** The body as JSON text, exactly as it was sent; `null` where it was no JSON. */
  readonly bodyJson: string;
  readonly idempotencyKey: string | undefined;
  /** 0 = no answer. */
  readonly status: number;
  readonly taken: boolean;
  readonly duplicate: boolean;
};

/** A message as the journal keeps it and as `GET /messages` shows it. */
export type LoggedMessage = {
  readonly n: number;
  readonly received_at: string;
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly status: number;
  readonly taken: boolean;
  readonly duplicate: boolean;
  readonly body: unknown;
};

const MESSAGE_PREFIX = '{"n":';

/** The journal's line of a message. */
export function messageLine(n: number, message: JudgedMessage): string {
  const { receivedAt: received_at, method, path, headers, status, taken, duplicate, bodyJson } = message;
  const head = JSON.stringify({ n, received_at, method, path, headers, status, taken, duplicate });
  // A raw line feed is white space in JSON (inside a string it is escaped), so it may be a space as well.
  return `${head.slice(0, -1)},"body":${bodyJson.replace(/[\r\n]/g, ' ')}}`;
}

/** Tells a message's line from a campaign's without parsing either. */
export function isMessageLine(line: string): boolean {
  return line.startsWith(MESSAGE_PREFIX);
}

/** The user that a parsed body names, if it does. */
export function userIdIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('user_id' in body)) return undefined;
  return typeof body.user_id === 'string' ? body.user_id : undefined;
}
