/** Drawn on 24 × 24 with a stroke; each is decoration, and the words beside it say the same. */
const PATHS = {
  brand: 'M12 2 21 7v10l-9 5-9-5V7zM12 7.5l4.5 4.5-4.5 4.5L7.5 12z',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-5 8-5s7 1 8 5',
  login: 'M14 4h4a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-4M4 12h11M11 8l4 4-4 4',
  deposit: 'M12 3v12M7 10l5 5 5-5M4 20h16',
  withdrawal: 'M12 15V3M7 8l5-5 5 5M4 20h16',
  bonus:
    'M4 10h16v10H4zM2.5 6.5h19V10h-19zM12 6.5V20M12 6.5C9 6.5 7.5 5 8 3.7 9 2 12 3.5 12 6.5 12 3.5 15 2 16 3.7 16.5 5 15 6.5 12 6.5',
  game: 'M4 5h16v14H4zM9.3 5v14M14.7 5v14M4 12h16',
  win: 'M12 3l2.7 5.7 6.3.8-4.6 4.3 1.2 6.2L12 17l-5.6 3 1.2-6.2L3 9.5l6.3-.8z',
  balance: 'M4 7h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H4zM4 7V5h12M15.5 13h1',
  consent: 'M4 6h16v12H4zM4 7l8 6 8-6',
  block: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.6 5.6l12.8 12.8',
  details: 'M5 4h14v16H5zM8.5 9h7M8.5 13h7M8.5 17h4',
  campaign: 'M4 10v4h3l7 4V6L7 10zM17 9c1.5 1.5 1.5 4.5 0 6M19.5 7c2.5 2.7 2.5 7.3 0 10',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2',
  rollback: 'M4 9h10a5 5 0 0 1 0 10H8M8 5 4 9l4 4',
  alert: 'M12 3.5 22 20.5H2zM12 10v5M12 17.5v.5',
  check: 'M4 12.5l5 5L20 6.5',
  ledger: 'M4 5h16M4 10h16M4 15h10M4 20h7',
  message: 'M4 5h16v11H10l-5 4v-4H4z',
  command: 'M4 6l5 5-5 5M11 18h9',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  system: 'M4 5h16v11H4zM9 20h6M12 16v4',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19c.7-3.5 3-5 6.5-5s5.8 1.5 6.5 5M16 4.5a3.5 3.5 0 0 1 0 6.3M18 14.5c2 .7 3.2 2.2 3.6 4.5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.7"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
