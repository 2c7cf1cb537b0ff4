import { RECORD_FAMILIES } from '../../../protocol/retention.ts';
import { HoldsSection } from './HoldsSection.tsx';
import { PlanSection } from './PlanSection.tsx';
import { daysWords, FAMILY_WORDS } from './retention-words.ts';
import { Trouble } from './Trouble.tsx';
import { useRules } from './use-retention.ts';

/** What the log keeps, for how long, what holds it longer, and what may go. */
export function RetentionView() {
  const { known, trouble } = useRules();
  return (
    <div className="panel-scroll proofs" tabIndex={0} role="region" aria-label="Retention">
      <Trouble sentence={trouble} isKnown={known !== null} />
      <section className="stack proofs-part" aria-label="Rules">
        <h3 className="record-heading">How long each kind of record is kept</h3>
        {known ? (
          <dl className="record-fields retention-rules">
            {RECORD_FAMILIES.map((family) => (
              <div key={family}>
                <dt>{FAMILY_WORDS[family]}</dt>
                <dd>{daysWords(known.days[family])}</dd>
              </div>
            ))}
          </dl>
        ) : (
          trouble === null && <p className="quiet">Reading the rules…</p>
        )}
        <p className="quiet small">
          The days stand in the configuration, under [retention]. Nothing goes by itself: a person removes it,
          whole segments at a time, and a record says so.
        </p>
      </section>
      <HoldsSection holds={known?.holds ?? null} />
      <PlanSection />
    </div>
  );
}
