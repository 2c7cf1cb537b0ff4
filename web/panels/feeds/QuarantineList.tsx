import type { FeedView } from '../../../protocol/health.ts';
import { useView } from '../../app/services.ts';
import { utcMillis } from '../../ui/format.ts';

/** What a feed refused: why and how often, and of those that came since this console connected the bytes. */
export function QuarantineList({ feed }: { readonly feed: FeedView }) {
  const all = useView('control', (view) => view.quarantined);
  const messages = all.filter(({ venue }) => venue === feed.venue).toReversed();
  const refusals = feed.quality?.refusals ?? [];
  return (
    <>
      {refusals.length > 0 && (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Reason</th>
              <th scope="col" className="right">
                Messages
              </th>
            </tr>
          </thead>
          <tbody>
            {refusals.map(({ code, count }) => (
              <tr key={code}>
                <th scope="row">{code}</th>
                <td className="right">{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {messages.length === 0 ? (
        <p className="quiet">
          {feed.quarantined === 0
            ? 'No message was refused.'
            : 'Those were refused before this console connected; the server has their bytes.'}
        </p>
      ) : (
        <ul className="stack">
          {messages.map((message, index) => (
            <li key={`${message.at}-${index}`}>
              <p>
                <span className="quiet" data-mask="clock">
                  {utcMillis(message.at)}
                </span>{' '}
                <strong>{message.code}</strong> {message.sentence}
              </p>
              <pre className="bytes mono">{readable(message.bytes)}</pre>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** The message's bytes as text; what is not text is shown as a dot. */
function readable(base64: string): string {
  if (base64 === '') return 'It had no bytes.';
  try {
    return atob(base64).replaceAll(/[^\x20-\x7e]/g, '·');
  } catch {
    return 'The bytes could not be read.';
  }
}
