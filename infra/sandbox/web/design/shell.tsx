import type { ComponentChildren } from 'preact';
import './tokens.css';
import './base.css';
import './components.css';
import { Icon, type IconName } from './icon.js';
import { currentPath } from './router.js';
import { nextTheme, type Theme, theme } from './theme.js';

/** `within`: its pages are below another path than its own. */
export type Tab = { readonly path: string; readonly label: string; readonly within?: string };

export type ShellProps = {
  readonly name: string;
  /** What kind of page it is, beside the name. */
  readonly what: string;
  readonly tabs: readonly Tab[];
  /** At the end of the header: who is logged in, a balance. */
  readonly end?: ComponentChildren;
  readonly children: ComponentChildren;
};

const THEME_ICONS: { readonly [name in Theme]: IconName } = { system: 'system', light: 'sun', dark: 'moon' };

/** Header with tabs, and the page's main part. */
export function Shell({ name, what, tabs, end, children }: ShellProps) {
  return (
    <>
      <header class="shell-header">
        <a class="brand" href="#/">
          <Icon name="brand" size={28} />
          <span>
            {name} <small>{what}</small>
          </span>
        </a>
        {tabs.length > 0 && (
          <nav class="tabs" aria-label="Pages">
            {tabs.map(({ path, label, within }) => (
              <a
                key={path}
                href={`#${path}`}
                aria-current={isWithin(path) || (within !== undefined && isWithin(within)) ? 'page' : undefined}
              >
                {label}
              </a>
            ))}
          </nav>
        )}
        <div class="shell-end">
          {end}
          <button class="button quiet small" type="button" onClick={nextTheme} aria-label={`Colours: ${theme.value}`}>
            <Icon name={THEME_ICONS[theme.value]} size={18} />
          </button>
        </div>
      </header>
      <main class="shell-main" id="main">
        {children}
      </main>
    </>
  );
}

function isWithin(path: string): boolean {
  const current = currentPath.value;
  return path === '/' ? current === '/' : current === path || current.startsWith(`${path}/`);
}
