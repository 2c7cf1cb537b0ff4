import { useEffect, useState } from 'react';
import { PROTOCOL_VERSION } from '../../../protocol/version.ts';
import { formatAge, utcTime } from '../../ui/format.ts';
import { consoleVersion } from '../version.ts';
import { Plain } from './Plain.tsx';

export function Starting() {
  return (
    <main className="plain">
      <p role="status" className="quiet">
        Reading who is signed in…
      </p>
    </main>
  );
}

export function Unreachable() {
  const [since] = useState(() => Date.now());
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Plain title="The server cannot be reached" tone="caution">
      <p>
        Trying again every second, since{' '}
        <span data-mask="clock" className="nowrap">
          {utcTime(since * 1000)} UTC
        </span>{' '}
        (<span data-mask="age">{formatAge(now - since)}</span>).
      </p>
      <p className="second">
        This page came from it or from your browser&apos;s memory. Nothing can be seen or halted from here
        until it answers. Is it running? <span className="mono">npm run up</span> starts it.
      </p>
    </Plain>
  );
}

export function WrongVersion({
  older,
  sentence,
}: {
  readonly older: 'console' | 'server';
  readonly sentence: string;
}) {
  return (
    <Plain
      title={older === 'console' ? 'This console must be upgraded' : 'The server must be upgraded'}
      tone="caution"
    >
      <p role="alert">{sentence}</p>
      <p className="second">
        This console ({consoleVersion()}) speaks protocol {PROTOCOL_VERSION}. The {older} is the older side.
        It was not connected, so nothing here is half working.
      </p>
      {older === 'console' ? (
        <button type="button" className="button button-main card-button" onClick={() => location.reload()}>
          Load the newer console
        </button>
      ) : (
        <p className="second">Tell whoever runs the server. Then reload this page.</p>
      )}
    </Plain>
  );
}

export function Refused({ sentence, onRetry }: { readonly sentence: string; readonly onRetry: () => void }) {
  return (
    <Plain title="The server refused this console" tone="caution">
      <p role="alert">{sentence}</p>
      <button type="button" className="button button-main card-button" onClick={onRetry}>
        Try again
      </button>
    </Plain>
  );
}
