import { z } from 'zod';

/** `[reports]`: when the day is summed up, and to whom reports go. */
const recipientName = z.string().regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 of a-z, 0-9 and -');
const recipientSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('folder'),
    name: recipientName,
    folder: z.string().startsWith('/', 'must be an absolute path'),
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    name: recipientName,
    url: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }),
  }),
  z.strictObject({ kind: z.literal('email'), name: recipientName, to: z.email('must be a mail address') }),
]);

export const reportsSchema = z
  .strictObject({
    /** Minutes and hours UTC, "00:15"; none = by hand only. */
    daily_at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a UTC time such as "00:15"')
      .optional(),
    recipients: z.array(recipientSchema).max(32, 'must be at most 32').default([]),
    /** The mail server; its password is given by CWTS_SMTP_PASSWORD, a secret. */
    smtp: z
      .strictObject({
        host: z.string().min(1, 'must not be empty'),
        port: z.int('must be a whole number').min(1, 'must be 1 to 65535').max(65_535, 'must be 1 to 65535'),
        tls: z.enum(['implicit', 'starttls', 'none']).default('starttls'),
        from: z.email('must be a mail address'),
        user: z.string().min(1, 'must not be empty').optional(),
      })
      .refine(({ tls, host }) => tls !== 'none' || /^(127\.|localhost$|\[?::1)/.test(host), {
        error: 'without TLS must be on this machine',
      })
      .optional(),
  })
  .refine(({ recipients, smtp }) => smtp !== undefined || recipients.every(({ kind }) => kind !== 'email'), {
    error: 'has a recipient by email and no [reports.smtp]',
  })
  .refine(({ recipients }) => new Set(recipients.map(({ name }) => name)).size === recipients.length, {
    error: 'names two recipients alike',
  });

export interface ReportsConfig {
  readonly dailyMinute: number | null;
  readonly recipients: readonly z.infer<typeof recipientSchema>[];
  readonly smtp: {
    readonly host: string;
    readonly port: number;
    readonly tls: 'implicit' | 'starttls' | 'none';
    readonly from: string;
    readonly user: string | null;
  } | null;
}

export function reportsOf({ daily_at, recipients, smtp }: z.infer<typeof reportsSchema>): ReportsConfig {
  const [hours = 0, minutes = 0] = (daily_at ?? '').split(':').map(Number);
  return {
    dailyMinute: daily_at === undefined ? null : hours * 60 + minutes,
    recipients,
    smtp: smtp ? { ...smtp, user: smtp.user ?? null } : null,
  };
}
