import { AuditDamaged } from '../reader.ts';
import { VerbRefused, type Terminal, type Verb } from './verb.ts';

/** Runs `WORD …args`; returns the exit code: 0 right, 1 wrong or failed, 2 the words were wrong. */
export async function runVerb(
  verbs: Readonly<Record<string, Verb>>,
  [word = '', ...args]: readonly string[],
  at: Terminal,
): Promise<number> {
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  if (!verb || args.includes('--help')) {
    for (const line of usageOf(verb ? { [word]: verb } : verbs)) at.say(line);
    if (verb || word === '' || word === '--help') return word === '' ? 2 : 0;
    at.note(`There is no "${word}".`);
    return 2;
  }
  try {
    return await verb.run(args, at);
  } catch (error) {
    if (error instanceof VerbRefused) {
      at.note(error.message);
      if (error.kind === 'failed') return 1;
      at.note(`usage: npm run audit -- ${word} ${verb.usage}`);
      return 2;
    }
    if (error instanceof AuditDamaged) {
      at.note(`The log is damaged: ${error.message} "verify" says which record is the first wrong one.`);
      return 1;
    }
    throw error;
  }
}

function usageOf(verbs: Readonly<Record<string, Verb>>): string[] {
  return Object.entries(verbs).flatMap(([word, { usage, about }]) => [
    `npm run audit -- ${word} ${usage}`,
    `    ${about}`,
  ]);
}
