/** Where progress is shown: a terminal, usually standard error. */
export type Screen = { readonly isTTY?: boolean; write(text: string): unknown };

type Shown = { readonly position: bigint; readonly end: bigint; readonly events: number };

export type ProgressBar = {
  show(progress: Shown): void;
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
  const isTime = everyInterval(nowMs);
  let isDrawn = false;
  return {
    show(progress) {
      if (!isTime()) return;
      const { events } = progress;
      const percent = percentOf(progress);
      const full = Math.round((percent / 100) * WIDTH);
      const rate = Math.round((events / Math.max(1, nowMs() - since)) * 1_000);
      const bar = `${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}`;
      isDrawn = true;
      screen.write(
        `${CLEAR_LINE}[${bar}] ${percent} %  ${events.toLocaleString('en')} events  ${rate.toLocaleString('en')}/s`,
      );
    },
    clear() {
      if (isDrawn) screen.write(CLEAR_LINE);
    },
  };
}

/** The same for a program: `{"percent":50,"events":1234}` a line, wherever it is written to. */
export function createProgressLines(screen: Screen, nowMs: () => number = () => performance.now()): ProgressBar {
  const isTime = everyInterval(nowMs);
  return {
    show(progress) {
      if (!isTime()) return;
      screen.write(`${JSON.stringify({ percent: percentOf(progress), events: progress.events })}\n`);
    },
    clear: () => undefined,
  };
}

/** True at the first call, and then not before an interval has passed since it was last. */
function everyInterval(nowMs: () => number): () => boolean {
  let lastAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = nowMs();
    if (now - lastAt < INTERVAL_MS) return false;
    lastAt = now;
    return true;
  };
}

function percentOf({ position, end }: Shown): number {
  return end <= 0n || position < 0n ? 0 : Math.min(100, Number((position * 100n) / end));
}
