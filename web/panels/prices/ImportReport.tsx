import { findingText } from '../../../shaders/prices/report.ts';
import type { PricesSummary } from '../../compute/prices-port.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { saveText } from '../../ui/save-file.ts';
import { found, panelText, reportCsv, type RuleFound } from './import-words.ts';

/** Of each kind; the file has the rest. */
const SHOWN = 50;

/** What was dirty in an imported panel and what was done about it; nothing is left out of the file. */
export function ImportReport({
  prices,
  onClose,
}: {
  readonly prices: PricesSummary;
  readonly onClose: () => void;
}) {
  const { report, name, sha256 } = prices;
  const rules = found(report);
  return (
    <Dialog title={`Imported: ${name}`} onClose={onClose} wide>
      <div className="import-report">
        <p>{panelText(prices)}.</p>
        <p className="quiet">
          SHA-256 of its text <code>{sha256}</code>
        </p>
        {!report.cleaned && <p>As printed: only what cannot be a return was left out.</p>}
        {rules.length === 0 ? (
          <p>Nothing was dirty.</p>
        ) : (
          <>
            <button
              type="button"
              className="button"
              onClick={() => saveText(`${name} dirt.csv`, reportCsv(report))}
            >
              Save the report as CSV
            </button>
            <div className="import-rules" role="region" aria-label="What was dirty" tabIndex={0}>
              {rules.map((rule) => (
                <Found key={rule.rule} {...rule} />
              ))}
            </div>
          </>
        )}
      </div>
    </Dialog>
  );
}

function Found({ sentence, count, findings }: RuleFound) {
  return (
    <section>
      <h3>
        {count} × {sentence}
      </h3>
      <ul>
        {findings.slice(0, SHOWN).map((finding, at) => (
          // Two of a kind may read the same.
          <li key={at}>{findingText(finding)}</li>
        ))}
      </ul>
      {count > SHOWN && <p className="quiet">and {count - SHOWN} more</p>}
    </section>
  );
}
