import type { ReportView } from '../../../protocol/reports.ts';
import { plural, utcDate, utcTime } from '../../ui/format.ts';
import type { Tone } from '../../ui/status-mark.tsx';

export const KIND_WORDS: Readonly<Record<ReportView['kind'], string>> = {
  incident: 'Incident',
  daily: 'Daily summary',
  review: 'Yearly review',
};

type Delivery = ReportView['deliveries'][number];

/** Whether a recipient has it, when it was taken, and what was answered. */
export function deliveryWords(delivery: Delivery): { readonly tone: Tone; readonly words: string } {
  const { state, attempts, at, receipt, trouble } = delivery;
  switch (state) {
    case 'delivered': {
      const when = at === null ? '' : ` ${utcDate(at)} ${utcTime(at)} UTC`;
      return { tone: 'ok', words: `delivered${when}${receipt === null ? '' : `, receipt: ${receipt}`}` };
    }
    case 'queued': {
      const tried = attempts === 0 ? 'not tried yet' : `${plural(attempts, 'attempt')} so far`;
      return {
        tone: attempts === 0 ? 'advisory' : 'caution',
        words: `on its way, ${tried}${because(trouble)}`,
      };
    }
    case 'failed':
      return {
        tone: 'warning',
        words: `NOT delivered after ${plural(attempts, 'attempt')}${because(trouble)}`,
      };
  }
}

const because = (trouble: string | null): string => (trouble === null ? '' : `: ${trouble}`);

/** What a report can be about, and an example of how that is named. */
export const ABOUT: Readonly<
  Record<ReportView['kind'], { readonly label: string; readonly example: string }>
> = {
  incident: { label: 'Halt', example: 'the halt’s id' },
  daily: { label: 'Day (UTC)', example: '2026-01-05' },
  review: { label: 'Year', example: '2026' },
};

/** Why this can be no report's subject; null when it can. The server decides again. */
export function wrongAbout(kind: ReportView['kind'], about: string): string | null {
  switch (kind) {
    case 'incident':
      return /^[A-Za-z0-9-]{8,64}$/.test(about) ? null : 'A halt is named by its id.';
    case 'daily':
      return /^\d{4}-\d\d-\d\d$/.test(about) && !Number.isNaN(Date.parse(about))
        ? null
        : 'A day is 2026-01-05.';
    case 'review':
      return /^\d{4}$/.test(about) ? null : 'A year has four digits.';
  }
}

/** What a chief executive signs, to begin with; no more than the pack shows. Theirs to change. */
export const CERTIFICATION =
  'I have read this review pack. The controls it names and the evidence it gathers were reviewed in its year, ' +
  'and what it says is missing is known to me.';
