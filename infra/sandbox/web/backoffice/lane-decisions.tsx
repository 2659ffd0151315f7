import { useState } from 'preact/hooks';
import { Dialog, Field, Notice } from '../design/parts.js';
import type { Lane } from './answers.js';
import { write } from './server.js';
import { useAction } from './use-action.js';
import { inWords } from './words.js';

/** What an operator decides about a lane that stands still: try it again, or leave its event out, and say why. */
export function LaneDecisions({ lane, onDecided }: { readonly lane: Lane; readonly onDecided: () => void }) {
  const [isSkipping, setSkipping] = useState(false);
  const action = useAction();
  const path = `/operations/lanes/${lane.player_id}`;

  function retry(): void {
    action.run(async () => {
      await write(`${path}/retry`, { json: {} });
      onDecided();
    });
  }

  return (
    <div class="stack tight">
      <div class="row">
        <button class="button small" type="button" disabled={action.isBusy} onClick={retry}>
          Retry
        </button>
        <button class="button danger small" type="button" onClick={() => setSkipping(true)}>
          Skip
        </button>
      </div>
      {action.fault !== undefined && <Notice tone="bad">{action.fault}</Notice>}
      {isSkipping && <Skip lane={lane} path={path} onClose={() => setSkipping(false)} onDone={onDecided} />}
    </div>
  );
}

function Skip(props: {
  readonly lane: Lane;
  readonly path: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { path, onClose, onDone } = props;
  // The lane as it was looked at: should it have moved since, the bridge says so and skips nothing.
  const [{ player_id, revision, event_type }] = useState(props.lane);
  const [reason, setReason] = useState('');
  const action = useAction();
  return (
    <Dialog title="Leave this event out?" onClose={onClose}>
      <p>
        Fast Track will never hear of revision {revision} of player {player_id}
        {event_type === null ? '' : ` (${inWords(event_type)})`}. The ledger keeps it. Delivery goes on with what comes
        after it.
      </p>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          action.run(async () => {
            await write(`${path}/skip`, { json: { revision, reason } });
            onDone();
            onClose();
          });
        }}
      >
        <Field
          label="Why"
          hint="Kept for ever, with who decided"
          value={reason}
          onValue={setReason}
          name="reason"
          required
        />
        {action.fault !== undefined && <Notice tone="bad">{action.fault}</Notice>}
        <div class="row">
          <button class="button danger" type="submit" disabled={action.isBusy || reason.trim() === ''}>
            Skip the event
          </button>
          <button class="button quiet" type="button" onClick={onClose}>
            Keep waiting
          </button>
        </div>
      </form>
    </Dialog>
  );
}
