import type { BrokenBody } from './broken-bodies.js';
import type { Documented, DocumentedRoute } from './documented.js';

/** What the text says, if it is JSON that can be said with JavaScript's values. */
export function parsed(bytes: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(bytes.toString('utf8')) };
  } catch {
    return undefined;
  }
}

/**
 * Whether the route's document takes what the body says. What is no JSON is taken by a route without a body only: it does
 * not read it.
 */
export function isTaken({ takes }: Documented, route: DocumentedRoute, bytes: Buffer): boolean {
  const body = parsed(bytes);
  return (body === undefined ? undefined : takes(route, body.value)) ?? route.operation.requestBody === undefined;
}

/** What is wrong with the refusal of a body that was broken in one place: a `malformed` names it. */
export function misnamed(
  { takes }: Documented,
  route: DocumentedRoute,
  broken: BrokenBody | undefined,
  answer: string,
): string | undefined {
  const { code, errors } = JSON.parse(answer) as { code: string; errors?: { detail: string; pointer: string }[] };
  if (code !== 'malformed') return undefined;
  if (errors === undefined || errors.length === 0) return 'malformed without saying what';
  const schema = route.operation.requestBody?.content['application/json']?.schema;
  if (broken?.pointer === undefined || schema?.type !== 'object') return undefined;
  const { pointer } = broken;
  const body = parsed(broken.bytes);
  // Broken into something that may be, and refused for what it means.
  if (body !== undefined && takes(route, body.value)) return undefined;
  // What has no place in the body: headers, the URL, the nesting as a whole.
  if (errors.some((error) => isAbout(error.pointer, pointer) || error.pointer === '')) return undefined;
  return `${pointer} was broken, and ${JSON.stringify(errors)} was said`;
}

function isAbout(pointer: string, place: string): boolean {
  return pointer === place || pointer.startsWith(`${place}/`) || (pointer !== '' && place.startsWith(`${pointer}/`));
}
