import { createSearch, type Finds, searchFiles } from '../personal-data/search.js';
import type { ErrorAnswer } from './errors.js';

/** All that a platform puts out beside its answers to those who may ask. */
export type Outputs = {
  readonly logFolder: string;
  /** What `/metrics` said, and whose. */
  readonly metrics: readonly { readonly service: string; readonly text: string }[];
  readonly errors: readonly ErrorAnswer[];
  /** As a collector got them. */
  readonly traces: readonly string[];
};

/** Which of the data are where, however they are written. */
export async function searchOutputs(data: readonly string[], outputs: Outputs): Promise<Finds> {
  const search = createSearch(data.flatMap(writings));
  await searchFiles(search, outputs.logFolder);
  for (const { service, text } of outputs.metrics) search.look(`metrics of ${service}`, text);
  for (const { request, text } of outputs.errors) search.look(`the answer to ${request}`, text);
  for (const body of outputs.traces) search.look('a trace', body);
  return search.finds();
}

/** As it is, in a JSON string, in a URL, and as part of something in base64 (a Basic header is). */
function writings(datum: string): readonly string[] {
  const inJson = JSON.stringify(datum).slice(1, -1);
  return [...new Set([datum, inJson, encodeURIComponent(datum), ...[0, 1, 2].flatMap((at) => inBase64(datum, at))])];
}

/** What base64 makes of it wherever it begins, without the characters that its neighbours have a part in. */
function inBase64(datum: string, at: number): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(at), Buffer.from(datum)]);
  const whole = [Math.ceil((at * 8) / 6), Math.floor((bytes.length * 8) / 6)];
  return (['base64', 'base64url'] as const).map((encoding) => bytes.toString(encoding).slice(...whole));
}
