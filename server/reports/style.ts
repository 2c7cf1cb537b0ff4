/** The one style sheet of every report, on screen and on paper. */
export const STYLE = `
:root { color-scheme: light; --ink: #16191d; --quiet: #555d66; --line: #c9ced4; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 78rem; padding: 2.5rem 2rem; color: var(--ink); background: #fff;
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 2.25rem 0 0.5rem; padding-bottom: 0.25rem; font-size: 1.1rem; border-bottom: 1px solid var(--ink); }
p { margin: 0 0 0.4rem; max-width: 46rem; }
.kind { margin: 0; color: var(--quiet); letter-spacing: 0.06em; text-transform: uppercase; font-size: 0.8rem; }
header dl { display: grid; grid-template-columns: 7rem 1fr; gap: 0.15rem 1rem; margin: 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
.note, .none, footer { color: var(--quiet); font-size: 0.92em; }
.wide { overflow-x: auto; }
table { width: 100%; margin-top: 0.5rem; border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; vertical-align: bottom; border-bottom: 1px solid var(--ink); }
th, td { padding: 0.3rem 0.75rem 0.3rem 0; }
td { vertical-align: top; border-bottom: 1px solid var(--line); }
td:nth-last-child(2) { overflow-wrap: anywhere; }
.seq { text-align: right; padding-right: 0; white-space: nowrap; }
a { color: inherit; }
code, pre { font: 0.82em/1.45 ui-monospace, "JetBrains Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; padding: 0.75rem; border: 1px solid var(--line); }
.proofs dl { display: grid; grid-template-columns: 4rem 1fr; gap: 0.4rem 1rem; margin: 0; }
footer { margin-top: 2.5rem; padding-top: 0.75rem; border-top: 1px solid var(--ink); }
footer p { max-width: none; overflow-wrap: anywhere; }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  h2 { break-after: avoid; } tr, dd { break-inside: avoid; } thead { display: table-header-group; }
  table { font-size: 7.5pt; } code, pre { font-size: 6.5pt; } .wide { overflow: visible; }
  a { text-decoration: none; } .proofs { break-before: page; }
}
`;
