/** From the event to its message's arrival, in milliseconds. */
export function delayOf({ received_at, body }: { readonly received_at: string; readonly body: unknown }): number {
  const isStamped = typeof body === 'object' && body !== null && 'timestamp' in body;
  const from = Date.parse(isStamped ? String(body.timestamp) : received_at);
  return Number.isNaN(from) ? 0 : Math.max(0, Date.parse(received_at) - from);
}
