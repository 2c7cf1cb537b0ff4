import type { MailServer, Recipient } from './recipients.ts';

/** What the archive thread is told of reports; the key and the mail password stay in this process. */
export interface ReportsSettings {
  /** `<data>/reports`. */
  readonly dir: string;
  /** The log's own key, PEM: it signs reports under another purpose. */
  readonly keyPem: string;
  readonly recipients: readonly Recipient[];
  readonly dailyMinute: number | null;
  readonly mail: MailServer | null;
}
