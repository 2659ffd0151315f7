import { signal } from '@preact/signals';

/** The path after `#`: `/`, `/wallet`, `/players/12345`. The server knows one page only, so a reload finds it again. */
export const currentPath = signal(pathOf(location.hash));

addEventListener('hashchange', () => {
  currentPath.value = pathOf(location.hash);
  scrollTo(0, 0);
});

export function goTo(path: string): void {
  location.hash = path;
}

/** The parts of the path: `/players/12345` has two. */
export function pathParts(path: string): readonly string[] {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
}

function pathOf(hash: string): string {
  const path = hash.replace(/^#/, '').replace(/\?.*$/, '');
  return path.startsWith('/') ? path : '/';
}
