import { type ComponentChild, render } from 'preact';

/** Puts a page into its document. */
export function mount(page: ComponentChild): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('the document has no #root');
  render(page, root);
}
