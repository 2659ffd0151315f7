import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { ApiProblem } from './api.js';
import { Notice } from './parts.js';

/** What a form says of the last time it was sent. */
export type Sending = {
  readonly busy: boolean;
  readonly done: string | undefined;
  readonly problem: ApiProblem | undefined;
  /** Sends; `work` answers what to say when it went well. */
  send(work: () => Promise<string | undefined>): Promise<void>;
  /** What is wrong with a field of the body. */
  fault(field: string): string | undefined;
};

export function useSending(): Sending {
  const busy = useSignal(false);
  const done = useSignal<string | undefined>(undefined);
  const problem = useSignal<ApiProblem | undefined>(undefined);
  return {
    busy: busy.value,
    done: done.value,
    problem: problem.value,
    fault: (field) => problem.value?.fields.get(`/${field}`),
    async send(work) {
      if (busy.value) return;
      busy.value = true;
      problem.value = undefined;
      done.value = undefined;
      try {
        done.value = await work();
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error;
        problem.value = error;
      } finally {
        busy.value = false;
      }
    },
  };
}

/** A form that is sent by this page; what came of it is said above its button. */
export function Form(props: {
  readonly sending: Sending;
  readonly onSend: () => Promise<string | undefined>;
  readonly children: ComponentChildren;
}) {
  const { sending, onSend } = props;
  return (
    <form
      class="stack"
      noValidate={false}
      onSubmit={(event) => {
        event.preventDefault();
        void sending.send(onSend);
      }}
    >
      {props.children}
      <Outcome sending={sending} />
    </form>
  );
}

export function Outcome({ sending: { problem, done } }: { readonly sending: Sending }) {
  if (problem !== undefined) return <Notice tone="bad">{sentence(problem)}</Notice>;
  return done === undefined ? null : <Notice tone="good">{done}</Notice>;
}

/** Words for players; the server's own titles are good enough for the rest. */
const WORDS: { readonly [code: string]: string } = {
  insufficient_funds: 'There is not enough money for that.',
  limit_exceeded: 'One of your limits does not allow that.',
  player_blocked: 'Your account is blocked for this.',
  bonus_bet_limit_exceeded: 'While you wager a bonus, stakes are at most 5.00.',
  email_taken: 'This e-mail address is registered already.',
  rate_limited: 'Too many attempts. Wait a minute.',
  unavailable: 'This cannot be done right now. Try again in a moment.',
  unauthorized: 'The e-mail address or the password is wrong.',
};

export function sentence(problem: ApiProblem): string {
  return WORDS[problem.code] ?? `${problem.message}.`.replace(/([.!?])\.$/, '$1');
}
