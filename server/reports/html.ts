/** A report as a page of its own: no script, nothing from elsewhere, to read and to print. Pure. */
import { createHash } from 'node:crypto';
import type { ReportDocument, Section, SignedReport } from './document.ts';
import { timeText } from './words.ts';
import { STYLE } from './style.ts';

/** The page's own policy: the one style sheet above, by its hash, and nothing else. */
export const REPORT_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function reportHtml({ report, signature }: SignedReport): string {
  const { title, kind, reportId, by, madeAt, period, log } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<p class="kind">${KINDS[kind]}</p>
<h1>${escaped(title)}</h1>
<dl>
${facts([
  ['Report', reportId],
  ['Made', `${timeText(madeAt)} by ${by}`],
  ['From', timeText(period.from)],
  ['To', timeText(period.to)],
  ['Built from', `records 1 to ${log.size} of the audit log`],
])}
</dl>
</header>
<main>
<section class="summary">
<h2>Summary</h2>
${report.summary.map((line) => `<p>${escaped(line)}</p>`).join('\n')}
</section>
${report.sections.map(sectionHtml).join('\n')}
${proofHtml(report)}
</main>
<footer>
<p>Signed with Ed25519 (${escaped(signature.purpose)}) by <code>${escaped(signature.verifier)}</code>.
The signed document is the JSON file of the same name: <code>npm run audit -- check ${escaped(reportId)}.json</code>
checks its signature, its head and the proof of every record named here.</p>
<p><code>${escaped(signature.value)}</code></p>
</footer>
</body>
</html>
`;
}

const KINDS: Readonly<Record<ReportDocument['kind'], string>> = {
  incident: 'Incident report',
  daily: 'Daily summary',
  review: 'Yearly review pack',
};

function sectionHtml({ title, notes, columns, rows }: Section): string {
  const head = columns.map((column) => `<th scope="col">${escaped(column)}</th>`).join('');
  const body = rows
    .map(({ cells, seq }) => {
      const named = seq === null ? '' : `<a href="#record-${seq}">${seq}</a>`;
      return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}<td class="seq">${named}</td></tr>`;
    })
    .join('\n');
  const table =
    columns.length === 0
      ? ''
      : rows.length === 0
        ? '<p class="none">None.</p>'
        : `<div class="wide"><table><thead><tr>${head}<th scope="col" class="seq">Record</th></tr></thead><tbody>
${body}
</tbody></table></div>`;
  return `<section>
<h2>${escaped(title)}</h2>
${notes.map((note) => `<p class="note">${escaped(note)}</p>`).join('\n')}
${table}
</section>`;
}

function proofHtml({ cited, log }: ReportDocument): string {
  const records = cited
    .map(({ seq, record }) => `<dt id="record-${seq}">${seq}</dt><dd><code>${escaped(record)}</code></dd>`)
    .join('\n');
  return `<section class="proofs">
<h2>Records cited</h2>
<p class="note">Each as the log holds it. The proof that it is in the log under the head below is in the JSON file.</p>
<pre>${log.checkpoint.split('\n').map(escaped).join('\n')}</pre>
<dl>
${records}
</dl>
</section>`;
}

const facts = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('\n');

/** Text and nothing but text: names come from people and venues. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '').replace(HIDDEN, '\u{fffd}');
}

/** Control characters and those that turn the direction of a line: what is read is what is there. */
const HIDDEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
