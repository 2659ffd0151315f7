import test from 'ava';

type Undo = () => unknown;
const undone: Undo[] = [];

// A hook, where a test has its teardown: what the tests of a file share ends after the last of them.
test.after.always('what the tests of this file share ends', async () => {
  for (const undo of undone.reverse()) await undo();
});

/** To be ended with the test file, the last first, as what a test itself starts ends by its `t.teardown`. */
export const thisFile = {
  teardown(undo: Undo): void {
    undone.push(undo);
  },
};
