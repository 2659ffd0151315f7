import { randomUUID } from 'node:crypto';
import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { SECURITY_HEADERS } from './middleware.js';
import { malformed, Problem } from './problem.js';

/**
 * Answers what Node's HTTP parser refuses, before any route sees it, as every other error is answered: with a problem.
 * Node's own answer would be a status without a body.
 */
export function answerProtocolErrors(server: Server): void {
  const unanswered = new WeakMap<Duplex, Set<ServerResponse>>();
  server.prependListener('request', (request, response) => {
    const responses = unanswered.get(request.socket) ?? new Set();
    unanswered.set(request.socket, responses.add(response));
    response.once('close', () => responses.delete(response));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const problem = problemOf(error.code ?? '');
    if (problem === undefined || !socket.writable || !mayAnswer(unanswered.get(socket))) socket.destroy(error);
    else write(socket, problem);
  });
  server.on('connect', (_request, socket) => {
    write(socket, new Problem(405, 'method_not_allowed', 'This is not a forward proxy'));
  });
}

/** Undefined when there is nobody to answer: the connection itself broke. */
function problemOf(code: string): Problem | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem(431, 'headers_too_large', 'The headers are too large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem(408, 'request_timeout', 'The request took too long');
  return code.startsWith('HPE_') ? malformed([{ detail: 'the request is not HTTP', pointer: '' }]) : undefined;
}

/** Only when the answer cannot be taken for that of an earlier request: nothing is open but the broken one itself. */
function mayAnswer(unanswered: ReadonlySet<ServerResponse> = new Set()): boolean {
  const [first, second] = unanswered;
  return second === undefined && (first === undefined || !(first.req.complete || first.headersSent));
}

function write(socket: Duplex, problem: Problem): void {
  const body = problem.body();
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Correlation-Id: ${randomUUID()}`,
    ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
