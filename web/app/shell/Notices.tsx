import { useEffect } from 'react';
import type { Notice } from '../../state/link.ts';
import { useServices, useView } from '../services.ts';

const SHOWN_MS = 9000;

/** Answers to what a person did, and what the connection had to say. Refusals stay until read. */
export function Notices() {
  const notices = useView('link', (view) => view.notices);
  return (
    <div className="notices" role="log" aria-label="Messages">
      {notices.map((notice) => (
        <Toast key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function Toast({ notice }: { readonly notice: Notice }) {
  const { link } = useServices();
  useEffect(() => {
    if (notice.tone === 'refused') return;
    const timer = setTimeout(() => link.dismiss(notice.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice, link]);
  return (
    <div className={`notice notice-${notice.tone}`}>
      <p>{notice.sentence}</p>
      <button
        type="button"
        className="button button-plain button-small"
        onClick={() => link.dismiss(notice.id)}
      >
        Dismiss
      </button>
    </div>
  );
}
