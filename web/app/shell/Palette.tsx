import { useId, useMemo, useState, type KeyboardEvent } from 'react';
import { Dialog } from '../../ui/dialog.tsx';
import { useServices } from '../services.ts';
import { paletteCommands, searchCommands, type PaletteCommand } from './commands.ts';

const SHOWN = 12;

export function Palette({ onClose }: { readonly onClose: () => void }) {
  const services = useServices();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const commands = useMemo(() => paletteCommands(services), [services]);
  const found = useMemo(() => searchCommands(commands, text).slice(0, SHOWN), [commands, text]);
  const run = (command: PaletteCommand | undefined): void => {
    if (!command) return;
    onClose();
    command.run();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') run(found[at]);
    else if (event.key === 'ArrowDown') setAt(Math.min(at + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Commands" onClose={onClose}>
      <input
        className="input"
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={found[at] ? `${list}-${at}` : undefined}
        aria-label="Find a command, a panel or an instrument"
        placeholder="A command, a panel, an instrument"
        autoFocus
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={key}
      />
      <ul id={list} role="listbox" aria-label="Commands" className="palette-list">
        {found.map((command, index) => (
          <li
            key={command.name}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === at}
            className="palette-item"
            onClick={() => run(command)}
            onPointerMove={() => setAt(index)}
          >
            {command.name}
            {command.keys && <kbd className="kbd">{command.keys}</kbd>}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="quiet">Nothing is called that.</p>}
    </Dialog>
  );
}
