import pino, { type DestinationStream, type Logger } from 'pino';

/**
 * The server's own log, for whoever looks into it: JSON lines on stderr, which the launcher keeps
 * under `<data>/logs`. Not the audit log, and never a secret: of an error its name, message and
 * stack, of a request its method and route, never headers, bodies, queries or tokens.
 */
export type Diary = Pick<Logger, 'info' | 'warn' | 'error' | 'fatal'>;

/** `to`: where lines go; stderr, written before the call returns, so that the last one is never lost. */
export function openDiary(to: DestinationStream = pino.destination({ dest: 2, sync: true })): Diary {
  return pino(
    {
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: plainError },
    },
    to,
  );
}

/** An error without what libraries hang on it: requests, headers, configurations. */
function plainError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: typeof error === 'string' ? error : 'not an error' };
  const { name, message, stack } = error;
  const code = (error as NodeJS.ErrnoException).code;
  return { name, message, stack, ...(typeof code === 'string' ? { code } : {}) };
}
