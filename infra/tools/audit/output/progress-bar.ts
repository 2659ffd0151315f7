/** Where a bar is drawn: a terminal, usually standard error. */
export type Screen = { readonly isTTY?: boolean; write(text: string): unknown };

export type ProgressBar = {
  show(progress: { readonly position: bigint; readonly end: bigint; readonly events: number }): void;
  /** Takes the bar away again. */
  clear(): void;
};

const WIDTH = 30;
const INTERVAL_MS = 100;
const CLEAR_LINE = '\r\u001b[2K';

/** A bar on a terminal, and nothing anywhere else. */
export function createProgressBar(screen: Screen, nowMs: () => number = () => performance.now()): ProgressBar {
  if (screen.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  const since = nowMs();
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show({ position, end, events }) {
      const now = nowMs();
      if (now - shownAt < INTERVAL_MS) return;
      shownAt = now;
      const percent = end <= 0n || position < 0n ? 0 : Math.min(100, Number((position * 100n) / end));
      const full = Math.round((percent / 100) * WIDTH);
      const rate = Math.round((events / Math.max(1, now - since)) * 1_000);
      const bar = `${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}`;
      screen.write(
        `${CLEAR_LINE}[${bar}] ${percent} %  ${events.toLocaleString('en')} events  ${rate.toLocaleString('en')}/s`,
      );
    },
    clear() {
      if (shownAt !== Number.NEGATIVE_INFINITY) screen.write(CLEAR_LINE);
    },
  };
}
