// A stage of `npm test`: fails when a package that is installed has a known fault of high or critical
// severity; a registry that cannot be asked is said and is no failure.
import { auditPackages } from '../lib/npm-audit.mjs';
import { ROOT } from '../lib/paths.mjs';

const audit = await auditPackages(ROOT);
if (!audit.asked) console.log(`The registry could not be asked (${audit.why}); nothing was checked.`);
else {
  const { critical, high, moderate, low } = audit.counts;
  console.log(`${critical} critical, ${high} high, ${moderate} moderate, ${low} low.`);
  for (const { name, severity, title } of audit.worst)
    console.log(`  ${severity.padEnd(9)} ${name}: ${title}`);
  if (audit.worst.length > 0) process.exitCode = 1;
}
