import { useEffect } from 'react';
import type { LinkState } from '../../stream/port.ts';
import { useServices, useView } from '../services.ts';
import { proveDevice, PROVEN_EVERY_MS } from './prove.ts';

/** Not sooner after the last one: a server that refuses the proof too must not be asked without end. */
const AGAIN_MS = 5000;

const isShutOut = (link: LinkState): boolean => link.kind === 'refused' && link.code === 'not-signed-in';

/** A wall display proves its device every few minutes, and anew when its connection is lost. */
export function useWallProof(): void {
  const { sessions, stream, link } = useServices();
  const isWall = useView('sessions', (view) => view.session?.kind === 'wall');
  useEffect(() => {
    if (!isWall) return;
    let provenAt = performance.now();
    const prove = async (): Promise<void> => {
      if (performance.now() - provenAt < AGAIN_MS) return;
      provenAt = performance.now();
      const proven = await proveDevice();
      if (!proven?.ok) return;
      sessions.set(proven.value);
      if (isShutOut(link.getState().link)) stream.connect();
    };
    const timer = setInterval(() => void prove(), PROVEN_EVERY_MS);
    const stop = link.subscribe(({ link: now }, { link: before }) => {
      if (now !== before && (now.kind === 'retrying' || isShutOut(now))) void prove();
    });
    return () => {
      clearInterval(timer);
      stop();
    };
  }, [isWall, sessions, stream, link]);
}
