import type { ReactNode } from 'react';
import { useView } from '../../app/services.ts';
import type { AnyName } from '../../compute/analysis-port.ts';
import type { AnalysisView } from '../../compute/analysis-slot.ts';
import { Panel } from '../../ui/panel.tsx';
import { useDataOrigin, useFeedStale } from '../selected.ts';
import { HORIZON_MS, percent, provenanceText } from './analysis-words.ts';
import { HowToRead } from './HowToRead.tsx';

type Answered<N extends AnyName> = NonNullable<AnalysisView<N>['answered']>;

interface AnalysisPanelProps<N extends AnyName> {
  readonly title: (answered: Answered<N> | null) => string;
  readonly view: AnalysisView<N>;
  /** How often it is asked again, as `useAnalysis` was told. */
  readonly everyS: number;
  readonly toolbar: ReactNode;
  readonly howToRead: readonly [string, string, string];
  /** What is missing before anything can be asked; null: nothing. */
  readonly missing?: string | null;
  readonly children: (answered: Answered<N>) => ReactNode;
}

/** Bars come in time, and the page may be busy. */
const LATE_MS = 2500;

/** What every panel of an analysis has: provenance, age, progress, refusal, and how to read it. */
export function AnalysisPanel<N extends AnyName>(props: AnalysisPanelProps<N>) {
  const { title, view, everyS, toolbar, howToRead, missing = null, children } = props;
  const { answered, isCurrent } = view;
  const origin = useDataOrigin();
  const feedStale = useFeedStale(null);
  const old = useOld(view, everyS);
  const name = title(answered);
  const isImported = answered?.provenance.source.kind === 'imported';
  // A feed's silence says nothing of prices that were imported.
  const isStale = answered !== null && ((!isImported && (old || feedStale)) || !isCurrent);
  return (
    <Panel
      title={name}
      origin={answered === null || isImported ? null : origin}
      provenance={`${old && !isImported ? 'no newer answer · ' : ''}${provenanceText(answered?.provenance ?? null)}`}
    >
      <div className="analysis">
        <div className="toolbar" role="group" aria-label={`${name} options`}>
          {toolbar}
        </div>
        <Note view={view} missing={missing} />
        {answered && missing === null && (
          <div
            className={isStale ? 'analysis-body stale' : 'analysis-body'}
            role="region"
            aria-label={`${name}, answer`}
            tabIndex={0}
          >
            {children(answered)}
          </div>
        )}
        <HowToRead sentences={howToRead} />
      </div>
    </Panel>
  );
}

/** Why there is no answer, or why the one shown is not yet that of the present question. */
function Note<N extends AnyName>({
  view: { answered, isCurrent, failed, refusal, running, progress },
  missing,
}: {
  readonly view: AnalysisView<N>;
  readonly missing: string | null;
}) {
  if (missing !== null) return <p className="empty">{missing}</p>;
  if (failed !== null) return <p className="empty refusal">{failed}</p>;
  if (refusal) {
    return (
      <p className="empty" data-code={refusal.code}>
        {refusal.sentence}
      </p>
    );
  }
  if (answered !== null && isCurrent) return null;
  const how = progress === null ? '' : ` ${percent(progress)} done.`;
  const before = answered === null ? '' : ' Below is the answer to the question before.';
  return (
    <p className="empty" data-mask="progress">
      {running ? `Computing.${how}` : 'Waiting for its turn.'}
      {before}
    </p>
  );
}

/** Whether the bars have gone on and the answer has not. */
function useOld<N extends AnyName>({ newBarAt, answered }: AnalysisView<N>, everyS: number): boolean {
  // An answer that takes long rests as long, and then takes as long again.
  const barMs = HORIZON_MS[answered?.provenance.horizon ?? '1s'];
  const bound = Math.max(everyS * 1000, 3 * (answered?.provenance.ms ?? 0)) + barMs + LATE_MS;
  return useView('clock', ({ monotonicMs }) => newBarAt !== null && monotonicMs - newBarAt > bound);
}
