import type { FeedView, HealthRow } from '../../../protocol/health.ts';
import { useView } from '../../app/services.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { formatPercent } from '../../ui/format.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import { QuarantineList } from '../feeds/QuarantineList.tsx';
import { carriedText, clockText } from '../feeds/quality-words.ts';
import { AgeCell } from '../orders/AgeCell.tsx';
import { Quarantines } from './Quarantines.tsx';
import { figureProvenance, figureText, TONES } from './figure-text.ts';

/** Everything measured about one row; for a feed also its sequence and what was quarantined. */
export function HealthDetail({ row, onClose }: { readonly row: HealthRow; readonly onClose: () => void }) {
  const venue = row.id.startsWith('feed:') ? row.id.slice('feed:'.length) : null;
  const feed = useView('control', (view) => view.state?.feeds.find((each) => each.venue === venue) ?? null);
  return (
    <Dialog title={row.name} onClose={onClose} wide>
      <p>
        <StatusMark tone={TONES[row.state]} /> <strong>{row.state}</strong> · {row.sentence}
      </p>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Measured</th>
            <th scope="col" className="right">
              Value
            </th>
            <th scope="col" className="right">
              Samples and window
            </th>
          </tr>
        </thead>
        <tbody data-mask="latency">
          {row.figures.map((figure) => (
            <tr key={figure.name}>
              <th scope="row">{figure.name}</th>
              <td className="right">{figureText(figure)}</td>
              <td className="right quiet">{figureProvenance(figure)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {feed && <Feed feed={feed} />}
      <p className="quiet small" data-mask="age">
        Checked <AgeCell at={row.checkedAt} /> ago.
      </p>
    </Dialog>
  );
}

function Feed({ feed }: { readonly feed: FeedView }) {
  return (
    <>
      <p data-mask="latency">{[clockText(feed), ...replayText(feed)].join(' · ')}</p>
      {feed.lines.length > 0 && (
        <>
          <h3 className="dialog-title">Connections: {feed.lines.length}</h3>
          <ul className="stack" data-mask="latency">
            {feed.lines.map((line, index) => (
              <li key={index} data-line-state={line.state}>
                {index + 1}, {carriedText(line)}: <strong>{line.state}</strong> {line.sentence}
              </li>
            ))}
          </ul>
        </>
      )}
      <Quarantines venue={feed.venue} />
      <h3 className="dialog-title">Messages quarantined: {feed.quarantined}</h3>
      <QuarantineList feed={feed} />
    </>
  );
}

function replayText({ replay }: FeedView): string[] {
  if (!replay) return [];
  const pace = replay.speed === 0 ? 'as fast as it can be read' : `at ${replay.speed}×`;
  return [`replay ${pace}, ${formatPercent(replay.progress, 0)} through`];
}
