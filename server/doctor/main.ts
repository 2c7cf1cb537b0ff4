/** `npm run doctor` without what only the launcher knows: prints its findings as one JSON line. */
import { parseArgs } from 'node:util';
import { say } from '../main/say.ts';
import { examine } from './checks.ts';
import { gather } from './gather.ts';

const { values } = parseArgs({ options: { config: { type: 'string' }, data: { type: 'string' } } });
const facts = await gather(values.config ?? '', values.data ?? '');
if (facts.ok) say({ findings: examine(facts.value) });
else say({ fatal: facts.error.sentence, code: facts.error.code });
