import { escapeHtml } from '../../../shared/http/html.js';

/** What the URL of a hosted page tells of its payment; Croupier put it there. */
export type PageQuery = {
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
  readonly return_url?: string | undefined;
};

/** No script, nothing inline, nothing from elsewhere: a page is text, a form and its style sheet. */
export const PAY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The form that a player pays with. `action` is the page's own URL. */
export function payPage(paymentId: string, action: string, { amount, currency }: PageQuery): string {
  const sum = escapeHtml(amount === undefined ? 'not stated' : `${amount} ${currency ?? ''}`);
  return page(
    'Pay',
    `<p class="sum">${sum}</p>
<dl><dt>Payment</dt><dd>${escapeHtml(paymentId)}</dd></dl>
<form method="post" action="${escapeHtml(action)}">
<button type="submit" name="action" value="pay">Pay ${sum}</button>
<button type="submit" name="action" value="decline">Decline</button>
</form>`,
  );
}

/** What came of it, and the way back. */
export function resultPage(paymentId: string, outcome: string, { return_url }: PageQuery): string {
  const back = webUrl(return_url);
  const link = back === undefined ? '' : `\n<a class="back" href="${escapeHtml(back)}">Back to the casino</a>`;
  return page(
    'Payment',
    `<p class="sum" role="status">${escapeHtml(outcome)}</p>
<dl><dt>Payment</dt><dd>${escapeHtml(paymentId)}</dd></dl>${link}`,
  );
}

/** @param body markup that the caller has escaped */
function page(title: string, body: string): string {
  return (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    `<title>Fake PSP: ${title}</title><link rel="stylesheet" href="/pay.css"></head>\n` +
    `<body><main><p class="who">Fake PSP · play money</p><h1>${title}</h1>\n${body}\n</main></body></html>\n`
  );
}

/** Only http and https: a `javascript:` link would run in this page's name. */
function webUrl(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  return /^https?:$/.test(new URL(text).protocol) ? text : undefined;
}
