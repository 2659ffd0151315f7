/** How the payment pages look; a file of its own, because their policy lets no style in that is in the page. */
export const PAY_STYLE = `
:root { color-scheme: light dark; --ground: light-dark(#eef1f6, #0e1219); --surface: light-dark(#fff, #171d27);
  --ink: light-dark(#171d27, #e8ecf3); --muted: light-dark(#545e6e, #9ba7b8); --line: light-dark(#d8dee8, #2b3443);
  --accent: light-dark(#2346a8, #9db6ff); --on-accent: light-dark(#fff, #0b1638); }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 system-ui, "Liberation Sans", sans-serif; font-variant-numeric: tabular-nums; }
main { width: min(26rem, 100%); padding: 2rem; border: 1px solid var(--line); border-radius: .875rem;
  background: var(--surface); box-shadow: 0 1px 2px #0002, 0 12px 40px #0002; }
.who { margin: 0 0 1rem; color: var(--muted); font-size: .875rem; }
h1 { margin: 0 0 1rem; font-size: 1.25rem; }
.sum { margin: 0 0 1rem; font-size: 2.25rem; font-weight: 700; }
dl { margin: 0 0 1.5rem; font-size: .875rem; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
form { display: grid; gap: .75rem; }
button, .back { display: block; width: 100%; min-height: 3rem; padding: .6rem 1rem; border: 1px solid var(--accent);
  border-radius: .5rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600;
  text-align: center; text-decoration: none; cursor: pointer; }
button[value="decline"] { border-color: var(--line); background: transparent; color: var(--ink); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;
