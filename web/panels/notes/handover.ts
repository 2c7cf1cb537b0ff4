import { formatSize } from '../../../protocol/instrument.ts';
import type { ControlState } from '../../../protocol/messages.ts';
import type { Note } from '../../../protocol/notes.ts';
import { isOpen } from '../../../protocol/orders.ts';
import { causeSentence, haltHeadline } from '../../state/halt-words.ts';
import { plural, utcDate, utcTime } from '../../ui/format.ts';

export const HANDOVER_FORM = `Done this shift:
- 

Watch:
- 

Agreed with:
- 
`;

const SHOWN = 20;

/** What stands now, as facts for the next shift: halt, alarms, positions, orders. */
export function standingFacts(state: ControlState, nowMicros: number): string {
  const { halt, alarms, positions, orders, instruments } = state;
  const name = (index: number): string => instruments[index]?.name ?? `#${index}`;
  const cause = causeSentence(halt);
  const waiting = alarms.filter((alarm) => alarm.acknowledged === null || alarm.clearedAt === null);
  const held = positions.filter((position) => position.size !== 0);
  const open = orders.filter((order) => isOpen(order.state));
  const unknown = open.filter((order) => order.state === 'unknown').length;
  const foreign = open.filter((order) => order.owner === 'foreign').length;
  return [
    `As of ${utcDate(nowMicros)} ${utcTime(nowMicros)} UTC:`,
    `- Halt, L3 firm: ${haltHeadline(halt).text}${cause === null ? '' : ` (${cause})`}`,
    ...listed('Alarms', waiting, (alarm) =>
      [
        `${alarm.priority}: ${alarm.sentence}`,
        alarm.clearedAt === null ? 'standing' : 'cleared',
        alarm.acknowledged === null ? 'not acknowledged' : `acknowledged by ${alarm.acknowledged.by}`,
      ].join(' · '),
    ),
    ...listed('Positions', held, (position) => {
      const instrument = instruments[position.instrument];
      const size = instrument ? formatSize(position.size, instrument) : String(position.size);
      return `${name(position.instrument)} ${size}`;
    }),
    `- Open orders: ${open.length}${unknown > 0 ? `, ${unknown} of unknown state` : ''}${foreign > 0 ? `, ${foreign} not ours` : ''}`,
    '',
  ].join('\n');
}

function listed<T>(title: string, rows: readonly T[], words: (row: T) => string): string[] {
  if (rows.length === 0) return [`- ${title}: none`];
  const more = rows.length - SHOWN;
  return [
    `- ${title}: ${rows.length}`,
    ...rows.slice(0, SHOWN).map((row) => `  - ${words(row)}`),
    ...(more > 0 ? [`  - and ${plural(more, 'more', 'more')}`] : []),
  ];
}

/** What was read and what came since, each once, newest first. */
export function allNotes(read: readonly Note[], live: readonly Note[]): readonly Note[] {
  const byNumber = new Map([...read, ...live].map((note) => [note.note, note]));
  return [...byNumber.values()].sort((a, b) => b.note - a.note);
}
