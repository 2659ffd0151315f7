import { escapeHtml, htmlPage } from '../../../shared/http/html.js';

/** What the URL of a hosted page tells of its payment; Croupier put it there. */
export type PageQuery = {
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
  readonly return_url?: string | undefined;
};

/** The form that a player pays with. `action` is the page's own URL. */
export function payPage(paymentId: string, action: string, { amount, currency }: PageQuery): string {
  const sum = amount === undefined ? 'not stated' : `${amount} ${currency ?? ''}`;
  return htmlPage(
    'Fake PSP: pay',
    `<dl><dt>Amount</dt><dd>${escapeHtml(sum)}</dd><dt>Payment</dt><dd>${escapeHtml(paymentId)}</dd></dl>
<form method="post" action="${escapeHtml(action)}">
<button type="submit" name="action" value="pay">Pay ${escapeHtml(sum)}</button>
<button type="submit" name="action" value="decline">Decline</button>
</form>`,
  );
}

/** What came of it, and the way back. */
export function resultPage(paymentId: string, outcome: string, { return_url }: PageQuery): string {
  const back = webUrl(return_url);
  const link = back === undefined ? '' : `\n<p><a href="${escapeHtml(back)}">Back to the casino</a></p>`;
  return htmlPage(
    'Fake PSP: result',
    `<p role="status">Payment ${escapeHtml(paymentId)}: ${escapeHtml(outcome)}.</p>${link}`,
  );
}

/** Only http and https: a `javascript:` link would run in this page's name. */
function webUrl(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  return /^https?:$/.test(new URL(text).protocol) ? text : undefined;
}
