import { z } from 'zod';

/**
 * A list of which the first wrong entry is told and nothing behind it is looked at. `z.array` tells of each
 * that is wrong: millions of them in one frame, and the stack is full.
 */
export function listOf<T>(entry: z.ZodType<T>) {
  return z.array(z.unknown()).transform((list, context): T[] => {
    const read: T[] = [];
    for (const [at, one] of list.entries()) {
      const { success, data, error } = entry.safeParse(one);
      if (!success) {
        const [issue] = error.issues;
        context.addIssue({
          code: 'custom',
          message: issue?.message ?? 'wrong',
          path: [at, ...(issue?.path ?? [])],
        });
        return z.NEVER;
      }
      read.push(data);
    }
    return read;
  });
}
