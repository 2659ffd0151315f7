import type { ComponentChildren } from 'preact';
import { Empty, Notice } from '../design/parts.js';
import type { Pages } from './use-pages.js';

/** A column's name; those of numbers stand to the right, as the numbers do. */
export type Column = string | { readonly number: string };

/** A list in a table, with what there is to say while there is none, and a way to more of it. */
export function PagedTable<Row>(props: {
  readonly label: string;
  readonly pages: Pages<Row>;
  readonly head: readonly Column[];
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
        <Table label={props.label} head={props.head}>
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

/** A table that scrolls by itself where it is wider than the page. */
export function Table(props: {
  readonly label: string;
  readonly head: readonly Column[];
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section class="scroll" aria-label={props.label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {props.head.map((column) => {
              const name = typeof column === 'string' ? column : column.number;
              return (
                <th key={name} scope="col" class={typeof column === 'string' ? undefined : 'number'}>
                  {name}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </section>
  );
}
