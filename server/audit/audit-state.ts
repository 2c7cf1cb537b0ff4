/** The log could not take a record: what raises risk must not go on. */
export class AuditBroken extends Error {
  override readonly name = 'AuditBroken';
}

export type AuditState =
  | { readonly kind: 'writable' }
  /**
   * `spooled`: records of halts and cancels that wait in memory for the log. `lost`: those
   * for which there was no room; never a halt's.
   */
  | { readonly kind: 'broken'; readonly sentence: string; readonly spooled: number; readonly lost: number };

/** A disk's refusal in words. */
export function causeOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOSPC':
      return 'the disk is full';
    case 'EROFS':
      return 'the disk is read-only';
    case 'EIO':
      return 'the disk reports an error';
    case 'EACCES':
      return 'permission is denied';
    default:
      return code ?? (error instanceof Error ? error.message : 'unknown cause');
  }
}
