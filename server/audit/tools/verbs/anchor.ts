import { basename, dirname, resolve } from 'node:path';
import { refuse } from '../../../../protocol/result.ts';
import type { Micros } from '../../../../protocol/units.ts';
import { loadConfig } from '../../../config/load.ts';
import { usualConfig } from '../../../config/usual.ts';
import { configuredAnchors } from '../../anchors/configured.ts';
import { hashesUnder, readEvidence } from '../log-hashes.ts';
import { logFolder, readOptions, VerbRefused, type Verb } from '../verb.ts';

/** Puts the newest head elsewhere now, and prints it so that a person can paste it anywhere. */
export const anchor: Verb = {
  usage: '[--data DIR] [--config FILE]',
  about: 'puts the newest signed head to the configured places now, and prints it to be kept elsewhere',
  run: async (args, at) => {
    const { options, words } = readOptions(args, { data: 'text', config: 'text' });
    if (words.length > 0) throw new VerbRefused('It takes no words, only options.', 'usage');
    const dir = logFolder(options.data, at);
    const dataDir = basename(dir) === 'audit' ? dirname(dir) : dir;
    const { newest, verifier } = await readEvidence(dir);
    // A head is only handed on when the log is the one that it was signed over.
    await hashesUnder(dir, newest);
    at.say(newest.checkpoint);
    const configFile =
      options.config === undefined
        ? usualConfig(dataDir, dirname(dirname(at.data)))
        : resolve(at.cwd, options.config);
    const config = loadConfig(configFile);
    if (!config.ok) throw new VerbRefused(config.error.sentence);
    const now = (): Micros => (Date.now() * 1000) as Micros;
    const by = { audit: config.value.audit, configFile, dataDir, environment: at.environment, now };
    const anchors = configuredAnchors(by);
    if (!anchors.ok) throw new VerbRefused(anchors.error.sentence);
    let failed = 0;
    for (const one of anchors.value) {
      const there = await one.newest();
      const known = there.ok && there.value !== null ? verifier.headOf(there.value) : null;
      const isOther = known !== null && (!known.ok || known.value.size > newest.size);
      // What speaks of a longer log, or of another, stays the last thing there.
      const put = isOther
        ? refuse('anchor-other', 'it has a head that this log does not fit; see "verify --anchors".')
        : await one.put(newest);
      if (!put.ok) failed += 1;
      at.note(`${one.name}: ${put.ok ? `has the head over ${newest.size} records.` : put.error.sentence}`);
      await one.close();
    }
    return failed === 0 ? 0 : 1;
  },
};
