import { useEffect, useRef, useState } from 'react';
import type { SessionView } from '../../../protocol/session.ts';
import type { Answer } from '../api/call.ts';
import { claimWall } from '../api/wall.ts';
import { Plain } from '../pages/Plain.tsx';
import { makeDeviceKey } from './device-key.ts';

/** `/wall#token=…`: this browser becomes a display that watches for 30 days, bound to a key of its own. */
export function ClaimWall({
  token,
  onClaimed,
  onAbandon,
}: {
  readonly token: string;
  readonly onClaimed: (session: SessionView) => void;
  readonly onAbandon: () => void;
}) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const started = useRef(false);
  useEffect(() => {
    // A link is good once: claimed once, however often this effect runs.
    if (started.current) return;
    started.current = true;
    void claim(token).then((claimed) => {
      if (claimed.ok) onClaimed(claimed.value);
      else setRefusal(claimed.error.sentence);
    });
  }, [token, onClaimed]);
  if (refusal === null) {
    return (
      <Plain title="Wall display">
        <p role="status" className="second">
          Making this browser a display that watches for 30 days…
        </p>
      </Plain>
    );
  }
  return (
    <Plain title="This display could not be set up" tone="caution">
      <p role="alert">{refusal}</p>
      <p className="second">Ask for a new link: People, Sessions, “Wall display…”.</p>
      <button type="button" className="button card-button" onClick={onAbandon}>
        Sign in instead
      </button>
    </Plain>
  );
}

async function claim(token: string): Promise<Answer<SessionView>> {
  try {
    const key = await makeDeviceKey();
    return await claimWall(token, key.publicKey);
  } catch {
    return {
      ok: false,
      error: {
        code: 'no-device-key',
        sentence: 'This browser cannot keep a key (a private window?), and a display is bound to one.',
        waitSeconds: null,
      },
    };
  }
}
