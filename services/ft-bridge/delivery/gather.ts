/**
 * Asks for many things at once: what is asked for while a query runs is asked for together in the next. The query that
 * answers a call begins after it.
 */
export function gather<Asked, Answer>(
  query: (asked: readonly Asked[]) => Promise<(one: Asked) => Answer>,
): (one: Asked) => Promise<Answer> {
  type Call = { one: Asked; resolve: (answer: Answer) => void; reject: (error: unknown) => void };
  let calls: Call[] = [];
  let running = false;

  async function answerAll(): Promise<void> {
    while (calls.length > 0) {
      const asked = calls;
      calls = [];
      try {
        const answerTo = await query(asked.map(({ one }) => one));
        for (const { one, resolve } of asked) resolve(answerTo(one));
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    running = false;
  }

  return (one) =>
    new Promise((resolve, reject) => {
      calls.push({ one, resolve, reject });
      if (running) return;
      running = true;
      // After whoever asks in this same turn of the event loop.
      setImmediate(() => void answerAll());
    });
}
