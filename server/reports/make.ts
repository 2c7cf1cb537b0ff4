/** Effects: one report from the log on disk, signed. The same cause under the same head makes the same bytes. */
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { unitSchema, type Micros } from '../../protocol/units.ts';
import { parseCheckpoint } from '../../protocol/checkpoint.ts';
import { removedFrom } from '../audit/segment-source.ts';
import type { HeadSigner } from '../audit/signer.ts';
import { builderOf } from './builders.ts';
import { citedBy, type SignedReport } from './document.ts';
import { Gaps } from './gaps.ts';
import type { Due } from './ledger.ts';
import { citation, eachRecord } from './log-on-disk.ts';
import { signReport } from './signed.ts';

export interface MakeOptions {
  readonly auditDir: string;
  readonly signer: HeadSigner;
  readonly due: Due;
  /** The signed head that it is built under. */
  readonly checkpoint: string;
  readonly madeAt: Micros;
}

export const reportIdOf = ({ kind, cause }: Pick<Due, 'kind' | 'cause'>): string => `${kind}-${cause}`;

export async function makeReport(options: MakeOptions): Promise<Result<SignedReport>> {
  const { auditDir, signer, due, checkpoint, madeAt } = options;
  const head = parseCheckpoint(checkpoint);
  if (!head.ok) return head;
  const builder = builderOf(due);
  if (!builder.ok) return builder;
  const size = unitSchema.count.parse(head.value.size);
  const gaps = new Gaps(await removedFrom(auditDir));
  await eachRecord(auditDir, { from: 1, to: size }, (record) => {
    gaps.add(record);
    builder.value.add(record);
  });
  const content = builder.value.content();
  if (!content) {
    const missing = gaps.sentences({ from: null, to: null });
    return refuse('report-empty', [`The log has nothing about ${due.about}.`, ...missing].join(' '));
  }
  const cited = [];
  for (const seq of citedBy(content)) cited.push(await citation(auditDir, seq, size));
  return ok(
    signReport(
      {
        format: 'cwts-report-1',
        reportId: reportIdOf(due),
        kind: due.kind,
        about: due.about,
        by: due.by,
        madeAt,
        log: { size, checkpoint, verifier: signer.verifier },
        cited,
        ...content,
        summary: [...content.summary, ...gaps.sentences(content.period)],
      },
      signer,
    ),
  );
}
