/**
 * `npm run bench -- kernels [NAME …]`: each kernel against its peers, a section each. Without a name,
 * all of them. Passes when every section that ran reached its bar.
 */
import { bootstrap } from './kernels/bootstrap.ts';
import { barToHeatmap, heatmap } from './kernels/heatmap.ts';
import { k1 } from './kernels/k1.ts';
import { pbit } from './kernels/pbit.ts';
import type { Section, SectionResult } from './kernels/section.ts';
import { finish } from './lib/report.ts';

const SECTIONS: readonly Section[] = [k1, pbit, bootstrap, barToHeatmap, heatmap];

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const unknown = wanted.filter((name) => !SECTIONS.some((section) => section.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no section ${unknown.join(', ')}. Sections: ${SECTIONS.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exit(2);
}
const results: Record<string, SectionResult> = {};
for (const { name, run } of SECTIONS) {
  if (wanted.length === 0 || wanted.includes(name)) results[name] = await run();
}
finish(
  'kernels',
  Object.values(results).every(({ pass }) => pass),
  Object.fromEntries(
    Object.entries(results).map(([name, { pass, figures }]) => [name, { pass, ...figures }]),
  ),
);
