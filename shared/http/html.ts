import { createHash } from 'node:crypto';

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}' +
  'button{font:inherit;padding:.5rem 1rem;margin-right:.5rem}dt{font-weight:600}' +
  'pre{overflow-x:auto;background:#f4f4f4;padding:.5rem}summary{cursor:pointer}';

/** No script, no frame, nothing from elsewhere: a page is text, links and forms. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A whole page. `title` is text; `body` is markup that the caller has escaped. */
export function htmlPage(title: string, body: string): string {
  const heading = escapeHtml(title);
  return (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    `<title>${heading}</title><style>${STYLE}</style></head>\n<body><main><h1>${heading}</h1>\n${body}\n</main></body></html>\n`
  );
}
