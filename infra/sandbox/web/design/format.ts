const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

const SYMBOLS: { readonly [currency: string]: string } = { EUR: '€', USD: '$', GBP: '£' };

/** An amount as it was given, decimals and all, with its currency: nothing is rounded or reckoned here. */
export function money(amount: string | number, currency: string): string {
  const text = String(amount);
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(text) ?? [text, '', text, ''];
  const grouped = `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction}`;
  const symbol = SYMBOLS[currency];
  return symbol === undefined ? `${sign}${grouped} ${currency}` : `${sign}${symbol}${grouped}`;
}

/** 14:03:27 */
export function clockTime(iso: string): string {
  return TIME.format(new Date(iso));
}

/** 31 Jan 1990, 14:03:27 */
export function dayAndTime(iso: string): string {
  return `${DAY.format(new Date(iso))}, ${clockTime(iso)}`;
}

export function day(iso: string): string {
  return DAY.format(new Date(iso));
}
