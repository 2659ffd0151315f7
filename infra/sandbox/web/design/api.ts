/** What a server of ours says when it says no (RFC 9457). */
export type ProblemBody = {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly detail: string; readonly pointer: string }[];
};

/** An answer that is no success. `status` 0: there was none. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  /** What is wrong with each field, by its pointer (`/amount`). */
  readonly fields: ReadonlyMap<string, string>;

  constructor({ status, code, title, errors = [] }: ProblemBody) {
    super(title);
    this.status = status;
    this.code = code;
    this.fields = new Map(errors.map(({ pointer, detail }) => [pointer, detail]));
  }
}

export type CallOptions = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly token?: string | undefined;
  readonly headers?: { readonly [name: string]: string };
  readonly json?: unknown;
  readonly signal?: AbortSignal;
  /** Of an answer that is a success. */
  readonly onHeaders?: (headers: Headers) => void;
};

/** A call to this page's own server. Its answer's shape is the caller's to know. @throws ApiProblem */
export async function call<T>(
  path: string,
  { method = 'GET', token, headers, json, signal, onHeaders }: CallOptions = {},
): Promise<T> {
  const response = await send(path, {
    method,
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok) {
    throw new ApiProblem(problemOf(response.status, await response.json().catch(() => undefined)));
  }
  onHeaders?.(response.headers);
  return (response.status === 204 ? undefined : await reached(response.json())) as T;
}

function send(path: string, init: RequestInit): Promise<Response> {
  return reached(fetch(path, init));
}

/** @throws ApiProblem where the network failed; what this page itself called off stays an AbortError. */
async function reached<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem({ status: 0, code: 'unreachable', title: 'The server cannot be reached' });
  }
}

function problemOf(status: number, body: unknown): ProblemBody {
  if (typeof body === 'object' && body !== null && 'code' in body && 'title' in body) return body as ProblemBody;
  return { status, code: 'unknown', title: `The server answered ${status}` };
}
