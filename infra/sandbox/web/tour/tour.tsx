import { useEffect } from 'preact/hooks';
import { clockTime, money } from '../design/format.js';
import { Icon } from '../design/icon.js';
import { Badge } from '../design/parts.js';
import { lineOf } from '../story/story.js';
import { TimelineList } from '../story/timeline-list.js';
import { STEPS, type Step } from './steps.js';
import {
  done,
  endTour,
  events,
  guest,
  isTouring,
  type LedgerEvent,
  messages,
  opened,
  watchBehind,
} from './tour-state.js';

const LAST = STEPS.length - 1;
/** Of a step that went on for long. */
const EVENTS_SHOWN = 6;
const MESSAGES_SHOWN = 40;

/** The guided tour: what to do, and what happened behind it. Beside the page, so that everything in it can be used. */
export function Tour() {
  const player = guest.value;
  const touring = isTouring.value;
  useEffect(() => (touring && player !== undefined ? watchBehind(player) : undefined), [touring, player]);
  const current = Math.min(done.value, LAST);
  const step = STEPS[current];
  useEffect(() => {
    // What is to be used next is outlined by the style sheet.
    if (touring && step !== undefined) document.documentElement.dataset.tourStep = step.id;
    else delete document.documentElement.dataset.tourStep;
    document.documentElement.toggleAttribute('data-touring', touring);
  }, [touring, step]);
  if (!touring) return null;
  const shown = opened.value ?? current;
  return (
    <aside class="tour" aria-label="Guided tour">
      <header class="row apart">
        <h2>Guided tour</h2>
        <button class="button quiet small" type="button" onClick={endTour}>
          End the tour
        </button>
      </header>
      <ol class="tour-steps">
        {STEPS.map((each, at) => (
          <li key={each.id} class={stateOf(at)}>
            <button
              type="button"
              aria-expanded={shown === at}
              aria-current={current === at ? 'step' : undefined}
              onClick={() => {
                opened.value = at === current ? undefined : at;
              }}
            >
              <span class="tour-number">{at < done.value ? <Icon name="check" size={16} /> : at + 1}</span>
              <span>{each.title}</span>
              <span class="only-heard">{at < done.value ? ' (done)' : ''}</span>
            </button>
            {shown === at && <StepStory step={each} isDone={at < done.value} />}
          </li>
        ))}
      </ol>
      <p class="only-heard" role="status">
        {done.value > LAST ? 'The tour is complete.' : `Step ${current + 1} of ${STEPS.length}: ${step?.title}`}
      </p>
    </aside>
  );
}

function stateOf(at: number): string {
  if (at < done.value) return 'done';
  return at === done.value ? 'next' : 'later';
}

function StepStory({ step, isDone }: { readonly step: Step; readonly isDone: boolean }) {
  const own = events.value.filter(({ type }) => step.events.includes(type));
  const revisions = new Set(own.map(({ revision }) => revision));
  const told = messages.value.filter(({ sequence }) => revisions.has(sequence));
  return (
    <div class="stack tight tour-story">
      <p>{isDone ? step.told : step.todo}</p>
      <p class="small muted">{step.behind}</p>
      {step.commands.length > 0 && (
        <section>
          <h3>
            <Icon name="command" size={16} /> Commands
          </h3>
          {step.commands.map((command) => (
            <code key={command} class="tour-command">
              {command}
            </code>
          ))}
        </section>
      )}
      {own.length > 0 && (
        <section>
          <h3>
            <Icon name="ledger" size={16} /> Events and postings
          </h3>
          {own.slice(-EVENTS_SHOWN).map((event) => (
            <EventCard key={event.revision} event={event} />
          ))}
          {own.length > EVENTS_SHOWN && <small class="muted">and {own.length - EVENTS_SHOWN} before</small>}
        </section>
      )}
      {told.length > 0 && (
        <section>
          <h3>
            <Icon name="message" size={16} /> Messages to Fast Track
          </h3>
          <ul class="tour-messages">
            {told.slice(-EVENTS_SHOWN).map((message) => (
              <li key={message.n}>
                <code>
                  {message.method} {message.path.replace('/integration/', '/…/')}
                </code>{' '}
                <small class="muted">
                  {lineOf(message).title} · #{message.sequence} · {clockTime(message.received_at)}
                </small>
              </li>
            ))}
          </ul>
        </section>
      )}
      {step.id === 'messages' && (
        <section>
          <h3>
            <Icon name="message" size={16} /> Everything, in order{' '}
            <Badge tone={isDone ? 'good' : 'gold'}>{messages.value.length} messages</Badge>
          </h3>
          <TimelineList entries={messages.value.slice(-MESSAGES_SHOWN)} />
        </section>
      )}
    </div>
  );
}

function EventCard({ event }: { readonly event: LedgerEvent }) {
  const postings = event.data.postings ?? [];
  return (
    <div class="tour-event">
      <div class="row apart">
        <b>{event.type}</b>
        <small class="muted">
          #{event.revision} · {clockTime(event.recorded_at)}
        </small>
      </div>
      {postings.map((posting) => (
        <div class="tour-posting" key={`${posting.account} ${posting.side}`}>
          <span class="muted">{posting.side}</span>
          <span class="mono">{posting.account}</span>
          <span class="amount">{money(posting.amount, posting.currency)}</span>
        </div>
      ))}
    </div>
  );
}
