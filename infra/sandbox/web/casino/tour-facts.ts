import { signal } from '@preact/signals';

/** The player that was registered last in this tab, before anybody logged in. */
export const registeredId = signal<string | undefined>(undefined);
