import { expect, it } from 'vitest';
import { ok, refuse } from '../../protocol/result.ts';
import { binanceSpot } from './dialects/binance-spot.ts';
import type { Dialect, DialectRest, RestCall } from './dialect.ts';
import { askForListing } from './listing.ts';

const page = (at: number): RestCall => ({ path: `/list/${at}`, query: {}, weight: 1 });

/** A venue whose list has `pages` pages, each told as its path; `down` is one that fails at first. */
async function askPages(
  pages: number,
  down = -1,
): Promise<{ read: unknown; asked: string[]; faults: string[] }> {
  const asked: string[] = [];
  const faults: string[] = [];
  let read: unknown = null;
  let waits = 0;
  const rest: DialectRest = {
    ...binanceSpot.rest,
    instruments: () => page(0),
    moreInstruments: (_, answers) => (answers.length < pages ? page(answers.length) : null),
    readInstruments: (answers) => {
      read = answers;
      return refuse('no-symbols', 'Read.');
    },
  };
  const dialect: Dialect = { ...binanceSpot, rest };
  const client = {
    get: ({ path }: RestCall) => {
      asked.push(path);
      const fails = path === `/list/${down}` && waits === 0;
      const answer = fails
        ? refuse('rest-status', 'It is down.')
        : ok({ json: path, text: '', sentAt: 0, answeredAt: 0 });
      return Promise.resolve(answer);
    },
  };
  const question = { dialect, symbols: 'all', venue: 'test' as never, random: () => 0 } as const;
  await askForListing(client, question, {
    onFault: (sentence) => faults.push(sentence),
    wait: () => Promise.resolve(++waits < 3),
  });
  return { read, asked, faults };
}

it('a list in several answers is read as one, in their order', async () => {
  const { read, asked } = await askPages(3);
  expect(asked).toEqual(['/list/0', '/list/1', '/list/2']);
  expect(read).toEqual(asked);
});

it('a page that fails: the list is asked for again from its first page', async () => {
  const { read, asked, faults } = await askPages(2, 1);
  expect(faults).toEqual(['It is down.']);
  expect(asked).toEqual(['/list/0', '/list/1', '/list/0', '/list/1']);
  expect(read).toEqual(['/list/0', '/list/1']);
});

it('a list that goes on for ever is refused', async () => {
  const { read, faults } = await askPages(Infinity);
  expect(read).toBeNull();
  expect(faults[0]).toBe("The venue's list of symbols has no end.");
});
