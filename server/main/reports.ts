/** Reports on the control thread: what people ask is put into the log, where the archive thread finds it. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { UserId } from '../../protocol/units.ts';
import type { AuditLog } from '../audit/log.ts';
import type { HeadSigner } from '../audit/signer.ts';
import { askedBy, type Who } from '../audit/who.ts';
import type { ReportsPort } from '../commands/records.ts';
import type { ReportsConfig } from '../config/reports.ts';
import { loadSecret } from '../config/secrets.ts';
import { builderOf } from '../reports/builders.ts';
import type { ReportOutcome, ReportsQuestion, ReviewPack } from '../reports/questions.ts';
import type { ReportsSettings } from '../reports/settings.ts';

/** Somebody at the machine itself (`npm run report`); the log can't know more of them than that. */
export const HOST: Who = { user: 'host' as UserId, session: null, role: null, address: null };

export interface ReportsPortParts {
  readonly log: Pick<AuditLog, 'append'>;
  readonly ask: (question: ReportsQuestion) => Promise<Result<unknown>>;
}

export function reportsPort({ log, ask }: ReportsPortParts): ReportsPort {
  return {
    make: async ({ report, about, reason }, who) => {
      const builder = builderOf({ kind: report, about });
      if (!builder.ok) return builder;
      const mark = randomUUID();
      // Asked first: by the time the log has it, somebody waits for what becomes of it.
      const outcome = ask({ kind: 'outcome', mark });
      const details = { report, about, mark };
      await log.append({ ...askedBy(who), action: 'report.asked', scope: 'reports', reason, details });
      return answerOf(await outcome);
    },
    certify: async ({ report, statement }, who) => {
      const asked = await ask({ kind: 'review', reportId: report });
      if (!asked.ok) return asked;
      const { about, sha256 } = asked.value as ReviewPack;
      const details = { report, about, sha256, statement };
      await log.append({ ...askedBy(who), action: 'review.certified', scope: `report:${report}`, details });
      return ok('Certified; the pack is made once more with the certification in it.');
    },
  };
}

function answerOf(outcome: Result<unknown>): Result<string> {
  if (!outcome.ok) return ok(`The report is asked for, and made once that can be: ${outcome.error.sentence}`);
  const became = outcome.value as ReportOutcome;
  switch (became.state) {
    case 'made':
      return ok(`${became.title}: made as ${became.reportId}, under Reports.`);
    case 'refused':
      return refuse(became.code, `No report was made. ${became.sentence}`);
    case 'waiting':
      return ok('The report is asked for; it appears under Reports once it is made.');
  }
}

interface Around {
  readonly dataDir: string;
  readonly signer: HeadSigner;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function reportsSettings(
  { dailyMinute, recipients, smtp }: ReportsConfig,
  { dataDir, signer, environment }: Around,
): Result<ReportsSettings> {
  const secret = loadSecret({ name: 'smtp-password', file: null, environment });
  if (!secret.ok) return secret;
  const password = secret.value?.text ?? null;
  if (smtp !== null && smtp.user !== null && password === null) {
    return refuse(
      'smtp-password-missing',
      'reports.smtp.user asks for its password in CWTS_SMTP_PASSWORD, and none is given.',
    );
  }
  return ok({
    dir: join(dataDir, 'reports'),
    keyPem: signer.toPem(),
    recipients,
    dailyMinute,
    mail: smtp && { ...smtp, password },
  });
}
