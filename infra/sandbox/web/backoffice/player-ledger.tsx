import type { ComponentChildren } from 'preact';
import { dayAndTime, money } from '../design/format.js';
import { Panel } from '../design/parts.js';
import type { LedgerEntry, Posting } from './answers.js';
import { PagedTable } from './lists.js';
import type { PlayerPart } from './player-part.js';
import { usePages } from './use-pages.js';
import { inWords } from './words.js';

type Entries = { readonly entries: readonly LedgerEntry[]; readonly next_before: string | null };

/** Every event that moved money, with its postings: debits on the left, credits on the right, as in any ledger. */
export function PlayerLedger({ player: { player_id: id } }: PlayerPart) {
  const entries = usePages<Entries, LedgerEntry>(`/players/${id}/ledger?limit=25`, 'before', (answer) => ({
    rows: answer.entries,
    next: answer.next_before,
  }));
  return (
    <Panel title="Ledger" aside={<span class="small muted">Newest first</span>}>
      <PagedTable
        label="Ledger"
        isLedger
        pages={entries}
        head={[
          'Event',
          'Account',
          { number: 'Debit' },
          { number: 'Credit' },
          { number: 'Cash after' },
          { number: 'Bonus after' },
        ]}
        empty="No money has moved yet."
        row={(entry) => <Entry key={entry.revision} entry={entry} />}
      />
    </Panel>
  );
}

function Entry({ entry }: { readonly entry: LedgerEntry }) {
  const { balances, postings } = entry;
  return (
    <tr>
      <td>
        <strong>{inWords(entry.type)}</strong>
        <p class="small muted">
          {dayAndTime(entry.recorded_at)} · revision {entry.revision} · {entry.actor}
        </p>
        {entry.reference !== null && <p class="mono muted">{entry.reference}</p>}
      </td>
      <td>
        {postings.length === 0 && <span class="muted">Nothing moved</span>}
        <Lines postings={postings} line={({ account }) => <span class="mono">{account}</span>} />
      </td>
      <td class="number">
        <Lines postings={postings} line={(posting) => amountAt('debit', posting)} />
      </td>
      <td class="number">
        <Lines postings={postings} line={(posting) => amountAt('credit', posting)} />
      </td>
      <td class="number amount">{money(balances.cash, balances.currency)}</td>
      <td class="number">{money(balances.bonus, balances.currency)}</td>
    </tr>
  );
}

/** A line for each posting, so that the columns' lines meet. */
function Lines(props: {
  readonly postings: readonly Posting[];
  readonly line: (posting: Posting) => ComponentChildren;
}) {
  return (
    <>
      {props.postings.map((posting) => (
        <div class="posting" key={`${posting.account} ${posting.side} ${posting.currency}`}>
          {props.line(posting)}
        </div>
      ))}
    </>
  );
}

function amountAt(side: Posting['side'], posting: Posting): string {
  return posting.side === side ? money(posting.amount, posting.currency) : '\u00a0';
}
