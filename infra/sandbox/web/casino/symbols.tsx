import type { SymbolName } from './reels.js';

const SHAPES = {
  seven: <path class="red" d="M12 10h24v7L25 40h-9l10-22H12z" />,
  bell: (
    <>
      <path class="gold" d="M24 8c9 0 11 7 11 14 0 6 2 8 4 11H9c2-3 4-5 4-11 0-7 2-14 11-14z" />
      <circle class="brown" cx="24" cy="38" r="4" />
    </>
  ),
  cherry: (
    <>
      <path class="stem" d="M17 30C18 18 24 11 34 9M32 28c0-8-1-13 2-19" />
      <circle class="red" cx="16" cy="33" r="8" />
      <circle class="red" cx="33" cy="32" r="8" />
    </>
  ),
  clover: (
    <>
      <path class="stem" d="M24 24c0 8 2 12 6 16" />
      <circle class="green" cx="17" cy="17" r="8" />
      <circle class="green" cx="31" cy="17" r="8" />
      <circle class="green" cx="17" cy="29" r="7" />
      <circle class="green" cx="31" cy="29" r="7" />
    </>
  ),
  star: <path class="gold" d="M24 6l5.5 12 13 1.5-9.7 8.8 2.7 12.7L24 34.5 12.5 41l2.7-12.7L5.5 19.5l13-1.5z" />,
  gem: (
    <>
      <path class="blue" d="M14 10h20l8 11-18 20L6 21z" />
      <path class="light" d="M14 10l4 11 6 20 6-20 4-11-10 11zM6 21h36" />
    </>
  ),
  coin: (
    <>
      <circle class="gold" cx="24" cy="24" r="16" />
      <path class="light" d="M24 14l10 10-10 10-10-10z" />
    </>
  ),
} as const;

export function Picture({ name }: { readonly name: SymbolName }) {
  return (
    <svg class="symbol" viewBox="0 0 48 48" aria-hidden="true">
      {SHAPES[name]}
    </svg>
  );
}
