import { hashLeaf } from '../../hash.ts';
import { decodeRecord, wallMicrosOf, type AuditRecord } from '../../record.ts';
import { hashesUnder, readEvidence } from '../log-hashes.ts';
import { ProvenLeaves } from '../proven-leaves.ts';
import { recordsAndHoles } from '../records-and-holes.ts';
import { logFolder, readOptions, VerbRefused, wholeNumber, type Verb } from '../verb.ts';

/** R-46: the original and every later version, with who made it and when; each proven by the newest head. */
export const history: Verb = {
  usage: '--order ID | --scope NAME  [--from N] [--to M] [--json] [--data DIR]',
  about: 'every version of an order, or of anything else by its scope, with actor and time',
  run: async (args, at) => {
    const kinds = { order: 'text', scope: 'text', from: 'text', to: 'text' } as const;
    const { options, words } = readOptions(args, { ...kinds, data: 'text', json: 'flag' });
    const { order, scope } = options;
    if (words.length > 0 || (order === undefined) === (scope === undefined)) {
      throw new VerbRefused('Give an order (--order) or a scope (--scope).', 'usage');
    }
    const dir = logFolder(options.data, at);
    const { newest } = await readEvidence(dir);
    const leaves = new ProvenLeaves(await hashesUnder(dir, newest), newest);
    const from = wholeNumber('from', options.from) ?? 1;
    const to = Math.min(wholeNumber('to', options.to) ?? newest.size, newest.size);
    const sought = Buffer.from(JSON.stringify(order ?? scope));
    let version = 0;
    let removed = 0;
    for await (const { seq, payload } of recordsAndHoles(dir, from, to)) {
      if (!payload) removed += 1;
      if (!payload?.includes(sought)) continue;
      const record = decodeRecord(payload);
      if (!record || !isOf(record, order, scope)) continue;
      if (!(await leaves.of(seq))?.equals(hashLeaf(payload))) {
        throw new VerbRefused(`Record ${seq} is not the one that was signed; see "verify".`);
      }
      version += 1;
      if (options.json) at.say(payload.toString('utf8'));
      else for (const line of versionOf(record, version)) at.say(line);
    }
    at.note(`${version} versions, each proven by the signed head over ${newest.size} records.`);
    if (removed > 0) at.note(`${removed} records were removed by retention and not searched.`);
    return version > 0 ? 0 : 1;
  },
};

function isOf(record: AuditRecord, order: string | undefined, scope: string | undefined): boolean {
  if (order === undefined) return record.scope === scope;
  return record.order === order || record.client === order;
}

function versionOf(record: AuditRecord, version: number): string[] {
  const { seq, actor, role, session, action, reason, before, after, details, flags } = record;
  const at = new Date(wallMicrosOf(record) / 1000).toISOString();
  const who = [actor, role, session === null ? null : `session ${session}`].filter((one) => one !== null);
  const lines = [
    `${version === 1 ? 'original' : `version ${version}`}  record ${seq}  ${at}  ${action}  by ${who.join(', ')}`,
  ];
  if (reason !== null) lines.push(`    reason: ${reason}`);
  if (before !== null || after !== null) {
    for (const name of new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])) {
      const [was, is] = [said(before?.[name]), said(after?.[name])];
      if (was !== is) lines.push(`    ${name}: ${was} → ${is}`);
    }
  }
  if (Object.keys(details).length > 0) lines.push(`    ${JSON.stringify(details)}`);
  if (flags.length > 0) lines.push(`    flags: ${flags.join(', ')}`);
  return lines;
}

const said = (value: unknown): string => (value === undefined ? '–' : JSON.stringify(value));
