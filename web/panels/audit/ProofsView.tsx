import { useServices, useView } from '../../app/services.ts';
import type { RangeProgress } from '../../audit/range.ts';
import type { HeadView } from '../../audit/verifier.ts';
import { formatAge, grouped, plural } from '../../ui/format.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import { CopyButton } from './CopyButton.tsx';
import { Check } from './ProofMark.tsx';
import { utcStamp } from './record-words.ts';

const NEWEST = 1000;

/** What the log's proofs rest on: the signed head, its key, its anchors, and a check of many at once. */
export function ProofsView() {
  const view = useView('audit', ({ head }) => head);
  return (
    <div className="panel-scroll proofs" tabIndex={0} role="region" aria-label="Proofs">
      <HeadSection view={view} />
      <Anchors view={view} />
      <Range />
    </div>
  );
}

function HeadSection({ view }: { readonly view: HeadView }) {
  const { head } = view;
  return (
    <section className="stack proofs-part" aria-label="Signed head">
      <h3 className="record-heading">Signed head</h3>
      <HeadWords view={view} />
      {head && (
        <dl className="record-fields">
          <div>
            <dt>Records</dt>
            <dd className="mono">{grouped(String(head.size))}</dd>
          </div>
          <div>
            <dt>Root</dt>
            <dd className="mono record-hash">{head.root}</dd>
          </div>
          <div>
            <dt>Signed at (UTC)</dt>
            <dd data-mask="clock">
              {head.signedAt === null ? 'the head does not say' : utcStamp(head.signedAt)}
            </dd>
          </div>
          <div>
            <dt>Log</dt>
            <dd className="mono">{head.origin}</dd>
          </div>
          <div>
            <dt>Key’s fingerprint</dt>
            <dd className="mono record-hash">{head.fingerprint}</dd>
          </div>
          <div>
            <dt>Trusted</dt>
            <dd data-mask="clock">
              {view.trustedAt === null
                ? 'not yet'
                : `on first use, since ${utcStamp(view.trustedAt * 1000)} by this machine’s clock. Compare the fingerprint with the one that the server’s own host prints.`}
            </dd>
          </div>
        </dl>
      )}
      {head && (
        <div className="row">
          <CopyButton text={head.checkpoint} what="the head" />
          <CopyButton text={head.verifier} what="the key" />
        </div>
      )}
    </section>
  );
}

function HeadWords({ view }: { readonly view: HeadView }) {
  switch (view.state) {
    case 'asking':
      return <p className="quiet">Reading the head…</p>;
    case 'checked':
      return (
        <p>
          <Check /> Its signature holds, and it follows every head that this browser has seen of this log.
        </p>
      );
    case 'refused':
      return (
        <p>
          <StatusMark tone="warning" />{' '}
          <strong className="tone-warning">The server’s head is refused.</strong> {view.sentence}{' '}
          {view.head && 'Below is the last head that was in order.'}
        </p>
      );
    case 'unavailable':
      return (
        <p>
          <StatusMark tone="unknown" /> The head could not be checked now: {view.sentence}
          {view.head && ' Below is the last one that was.'}
        </p>
      );
  }
}

function Anchors({ view }: { readonly view: HeadView }) {
  const second = useView('clock', ({ estimatedNow }) => Math.floor(estimatedNow / 1_000_000));
  return (
    <section className="stack proofs-part" aria-label="Anchors">
      <h3 className="record-heading">Anchors: heads kept elsewhere, so that a log cut short shows</h3>
      {view.anchors.length === 0 ? (
        <p className="quiet">The server names no anchor.</p>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Where</th>
              <th scope="col" className="right">
                Head
              </th>
              <th scope="col" className="right">
                Age
              </th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {view.anchors.map((anchor) => (
              <tr key={`${anchor.kind} ${anchor.name}`}>
                <th scope="row">
                  {anchor.kind} <span className="mono quiet record-hash">{anchor.name}</span>
                </th>
                <td className="right mono">{anchor.size === null ? 'none' : grouped(String(anchor.size))}</td>
                <td className="right" data-mask="age">
                  {anchor.at === null ? '–' : formatAge(Math.max(0, second * 1000 - anchor.at / 1000))}
                </td>
                <td>
                  {anchor.trouble === null ? (
                    'works'
                  ) : (
                    <span className="tone-caution">
                      <StatusMark tone="caution" /> {anchor.trouble}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Range() {
  const { auditLink } = useServices();
  const progress = useView('audit', ({ range }) => range);
  const isRunning = progress?.state === 'running';
  return (
    <section className="stack proofs-part" aria-label="Many at once">
      <h3 className="record-heading">Many at once</h3>
      <div className="row">
        <button
          type="button"
          className="button"
          disabled={isRunning}
          onClick={() => auditLink.proveNewest(NEWEST)}
        >
          Verify the last {grouped(String(NEWEST))}
        </button>
        {isRunning && (
          <button type="button" className="button" onClick={() => auditLink.stopRange()}>
            Stop
          </button>
        )}
      </div>
      {progress && <Progress progress={progress} />}
    </section>
  );
}

function Progress({ progress }: { readonly progress: RangeProgress }) {
  const { done, wanted, proven, failed, failures, missing, behind, unchecked, medianMs, worstMs } = progress;
  const isWell = failed === 0 && missing === 0 && unchecked === 0;
  const settled = progress.state === 'done' && isWell;
  return (
    <>
      <progress
        className="proofs-progress"
        max={wanted}
        value={progress.state === 'done' ? wanted : done}
        aria-label="Records verified"
      />
      <p role="status">
        {settled && <Check />}
        {(failed > 0 || missing > 0) && <StatusMark tone="warning" />}{' '}
        <strong>{STATES[progress.state]}</strong> {plural(proven, 'record')} proven
        {progress.first !== null && progress.last !== null && ` (${progress.first} to ${progress.last})`}
        {failed > 0 && <span className="tone-warning">, {failed} FAILED</span>}
        {missing > 0 && <span className="tone-warning">, {missing} in the log but not in the search</span>}
        {behind > 0 && `, ${behind} newest not in the search yet`}
        {unchecked > 0 && `, ${unchecked} not checked`}.{' '}
        {medianMs !== null && worstMs !== null && (
          <span className="quiet" data-mask="latency">
            Median {medianMs.toFixed(3)} ms a proof, worst {worstMs.toFixed(2)} ms, n = {proven}.
          </span>
        )}{' '}
        {progress.sentence}
      </p>
      {failures.length > 0 && (
        <ul className="stack">
          {failures.map(({ seq, verdict }) => (
            <li key={seq}>
              <StatusMark tone="warning" /> <span className="mono">{seq}</span>{' '}
              {verdict.kind === 'failed' ? `${verdict.step}: ${verdict.sentence}` : ''}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const STATES: Readonly<Record<RangeProgress['state'], string>> = {
  running: 'Verifying.',
  done: 'Done.',
  stopped: 'Stopped.',
  broken: 'Broken off.',
};
