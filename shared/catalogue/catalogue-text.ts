import type { z } from 'zod';

/** A catalogue's text in the shape that a reader needs. @throws Error that names the file and each of its faults. */
export function parseCatalogue<T>(schema: z.ZodType<T>, text: string, file: string): T {
  const shape = schema.safeParse(json(text, file));
  if (shape.success) return shape.data;
  throw unusableCatalogue(
    file,
    shape.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
  );
}

export function unusableCatalogue(file: string, faults: readonly string[]): Error {
  return new Error(`the catalogue ${file} is not usable:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
}

function json(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`the catalogue ${file} is not JSON`, { cause });
  }
}
