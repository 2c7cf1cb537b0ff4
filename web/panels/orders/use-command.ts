import { useCallback } from 'react';
import type { Command, Reply } from '../../../protocol/commands.ts';
import { useServices } from '../../app/services.ts';
import { NOT_DELIVERED } from '../../state/not-delivered.ts';

export { NOT_DELIVERED };

/** Sends a command once and says in the messages what became of it. */
export function useCommand(): (command: Command) => Promise<Reply | null> {
  const { stream, link } = useServices();
  return useCallback(
    async (command) => {
      const reply = await stream.command(command);
      link.notice(reply?.sentence ?? NOT_DELIVERED, reply?.ok ? 'done' : 'refused');
      return reply;
    },
    [stream, link],
  );
}
