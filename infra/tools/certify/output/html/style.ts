/** The page's only style. Light is for paper and print; dark follows the reader's system. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fbfaf7;--sheet:#fff;--ink:#1c2430;--soft:#5b6675;--rule:#dcdfe4;--good:#1c7c54;--goodwash:#e6f3ec;
--bad:#b3261e;--badwash:#fbe9e7;--accent:#2f5d9b;--accent2:#b7791f;--code:#f3f4f6}
@media (prefers-color-scheme:dark){:root{--paper:#12161c;--sheet:#1a2028;--ink:#e6e9ee;--soft:#9aa5b4;--rule:#303945;--good:#5cc796;
--goodwash:#17332a;--bad:#ff8a80;--badwash:#3b1f1f;--accent:#86b0ea;--accent2:#e2b25c;--code:#12171e}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:70rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1,h2,h3{font-family:Georgia,"Iowan Old Style","Times New Roman",serif;font-weight:600;line-height:1.2}
h1{font-size:2.2rem;margin:.2rem 0 0}h2{font-size:1.45rem;margin:2.6rem 0 .8rem;border-bottom:1px solid var(--rule);padding-bottom:.4rem}
h3{font-size:1.1rem;margin:0 0 .25rem}p{margin:.4rem 0}.soft{color:var(--soft)}.kicker{letter-spacing:.12em;text-transform:uppercase;font-size:.78rem;color:var(--soft)}
.sheet{background:var(--sheet);border:1px solid var(--rule);border-radius:10px;padding:1.4rem}
.head{display:grid;grid-template-columns:1fr auto;gap:1.5rem;align-items:center}
.verdict{border-left:5px solid var(--good);background:var(--goodwash);padding:.8rem 1rem;border-radius:4px;margin:1.2rem 0 0;font-size:1.05rem}
.verdict.no{border-color:var(--bad);background:var(--badwash)}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.2rem;margin:1.2rem 0 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.checks{display:grid;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr));gap:.9rem;margin-top:1rem}
.check{display:flex;flex-direction:column;justify-content:space-between;background:var(--sheet);border:1px solid var(--rule);border-radius:10px;padding:1rem}
.check a{color:inherit;text-decoration:none}.check a:hover{text-decoration:underline}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(24rem,1fr));gap:1rem}
figure{margin:0}.charts figure:first-child{grid-column:1/-1}figcaption{color:var(--soft);font-size:.9rem;margin-top:.5rem}
svg{display:block;width:100%;height:auto}svg text{fill:var(--soft);font:11px system-ui,sans-serif}
.ring{width:9rem}.ring circle{fill:none;stroke-width:11;stroke-linecap:butt}.ring .track{stroke:var(--rule)}.ring .good{stroke:var(--good)}.ring .bad{stroke:var(--bad)}
.ring .big{font:600 27px Georgia,serif;fill:var(--ink);text-anchor:middle}.ring .small{text-anchor:middle;font-size:9px}
.bar{height:.5rem;border-radius:3px;margin:.6rem 0 .3rem}.bar .good{fill:var(--good)}.bar .bad{fill:var(--bad)}
.accent,.credit{fill:var(--accent)}.debit{fill:var(--accent2)}.axis{stroke:var(--soft)}.grid{stroke:var(--rule)}
.chart .count,.chart .tick{text-anchor:middle}.chart .tick[text-anchor=end]{text-anchor:end}.chart .name{fill:var(--ink);font-size:12px}
.line{fill:none;stroke-width:2}.line.cash{stroke:var(--accent)}.line.bonus{stroke:var(--accent2)}.dot.cash{fill:var(--accent)}.dot.bonus{fill:var(--accent2)}
.key{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin:0 .3em 0 .8em;vertical-align:-.05em}.key.cash{background:var(--accent)}.key.bonus{background:var(--accent2)}
details.case{background:var(--sheet);border:1px solid var(--rule);border-radius:8px;margin:.45rem 0}
details.case>summary{display:grid;grid-template-columns:5.2rem 1fr auto;gap:.9rem;align-items:baseline;padding:.6rem .9rem;cursor:pointer;list-style:none}
details.case>summary::-webkit-details-marker{display:none}summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
details.case[open]>summary{border-bottom:1px solid var(--rule)}.inner{padding:.4rem .9rem 1rem}
.mark{font-size:.78rem;font-weight:700;letter-spacing:.04em;padding:.1rem .5rem;border-radius:4px;text-align:center;color:var(--good);background:var(--goodwash)}
.mark.no{color:var(--bad);background:var(--badwash)}.id{font:.82rem ui-monospace,SFMono-Regular,Menlo,monospace;color:var(--soft)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.88rem}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--rule)}
th{color:var(--soft);font-weight:600}td.num,th.num{text-align:right;font-variant-numeric:tabular-nums}tr.no td{background:var(--badwash)}
code,pre{font:.8rem/1.45 ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}pre{background:var(--code);border:1px solid var(--rule);border-radius:6px;padding:.6rem;margin:.3rem 0;white-space:pre-wrap;max-height:22rem;overflow:auto}
h4{margin:.9rem 0 .2rem;font-size:.9rem;color:var(--soft)}details.more summary{cursor:pointer;color:var(--accent)}
footer{margin-top:3rem;color:var(--soft);font-size:.9rem}
@media (max-width:40rem){.head{grid-template-columns:1fr}.charts{grid-template-columns:1fr}details.case>summary{grid-template-columns:5.2rem 1fr}.id{grid-column:2}}
@media print{:root{--paper:#fff}main{max-width:none;padding:0}details.case{break-inside:avoid}pre{max-height:none}}
`;
