/** Which builder makes which report. Pure. */
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { PeriodBuilder } from './period.ts';
import type { Builder } from './document.ts';
import { IncidentBuilder } from './incident.ts';
import type { Due } from './ledger.ts';

export function builderOf({ kind, about }: Pick<Due, 'kind' | 'about'>): Result<Builder> {
  switch (kind) {
    case 'incident':
      return ok(new IncidentBuilder(about));
    case 'daily': {
      const from = Date.parse(`${about}T00:00:00Z`) * 1000;
      if (!/^\d{4}-\d\d-\d\d$/.test(about) || Number.isNaN(from)) {
        return refuse('report-about', 'A day is named as 2026-01-05.');
      }
      return ok(new PeriodBuilder('daily', about, from, from + 86_400_000_000));
    }
    case 'review': {
      if (!/^\d{4}$/.test(about)) return refuse('report-about', 'A year has four digits.');
      const year = Number(about);
      const start = (of: number): number => Date.UTC(of, 0, 1) * 1000;
      return ok(new PeriodBuilder('review', about, start(year), start(year + 1)));
    }
  }
}
