import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Empty, Notice } from '../design/parts.js';
import type { Pages } from './use-pages.js';

/** A column's name; those of numbers stand to the right, as the numbers do. */
export type Column = string | { readonly number: string };

/** A list in a table, with what there is to say while there is none, and a way to more of it. */
export function PagedTable<Row>(props: {
  readonly label: string;
  readonly pages: Pages<Row>;
  readonly head: readonly Column[];
  readonly isLedger?: boolean;
  readonly empty: string;
  readonly row: (row: Row) => ComponentChildren;
}) {
  const { pages, empty } = props;
  return (
    <div class="stack">
      {pages.fault !== undefined && <Notice tone="bad">{pages.fault}</Notice>}
      {pages.rows === undefined && pages.fault === undefined && <p class="muted">Loading …</p>}
      {pages.rows?.length === 0 && <Empty>{empty}</Empty>}
      {pages.rows !== undefined && pages.rows.length > 0 && (
        <Table label={props.label} head={props.head} isLedger={props.isLedger ?? false}>
          {pages.rows.map(props.row)}
        </Table>
      )}
      {pages.more !== undefined && (
        <button class="button quiet small" type="button" onClick={pages.more}>
          Show more
        </button>
      )}
    </div>
  );
}

/**
 * A table that scrolls by itself where it is wider than the page. On a phone each row is a card, but for a ledger's: its
 * lines mean something only beside each other.
 */
export function Table(props: {
  readonly label: string;
  readonly head: readonly Column[];
  readonly isLedger?: boolean;
  readonly children: ComponentChildren;
}) {
  const { label, head, isLedger = false, children } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  // A card has no head above it, so each cell says its column's name. The rows are their owners', hence not by attribute.
  useLayoutEffect(() => {
    for (const { cells } of body.current?.rows ?? []) {
      for (const [index, cell] of [...cells].entries()) cell.dataset.column = nameOf(head[index] ?? '');
    }
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section class="scroll" aria-label={label} tabIndex={0}>
      <table class={isLedger ? 'ledger' : 'cards'}>
        <thead>
          <tr>
            {head.map((column) => (
              <th key={nameOf(column)} scope="col" class={typeof column === 'string' ? undefined : 'number'}>
                {nameOf(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>{children}</tbody>
      </table>
    </section>
  );
}

function nameOf(column: Column): string {
  return typeof column === 'string' ? column : column.number;
}
