import { PANEL_LIST } from '../../panels/registry.ts';
import type { Backend } from '../../../shaders/runtime/backend.ts';
import { signOutHere } from '../sign-out.ts';
import { storeBackend } from '../backend.ts';
import { PRESETS } from '../layout/presets.ts';
import { PANELS } from '../layout/tree.ts';
import { haveSeveralVenues, instrumentLabel } from '../../ui/instrument-label.ts';
import type { Services } from '../services.ts';

const BACKEND_CHOICES: readonly { readonly name: string; readonly backend: Backend | null }[] = [
  { name: 'the best there is', backend: null },
  { name: 'WebGPU, also on a software adapter', backend: 'webgpu' },
  { name: 'WebAssembly SIMD', backend: 'wasm' },
  { name: 'TypeScript', backend: 'typescript' },
];

/** One thing that the palette, a shortcut or both can do. */
export interface PaletteCommand {
  readonly name: string;
  readonly keys?: string;
  readonly run: () => void;
}

export function paletteCommands(services: Services): readonly PaletteCommand[] {
  const { preferences, layout, control, computeLink, analyses } = services;
  const { selected } = preferences.getState();
  const instruments = control.getState().state?.instruments ?? [];
  const several = haveSeveralVenues(instruments);
  const locked = layout.getState().locked;
  return [
    {
      name: 'Halt: show state, rows and release',
      keys: 'H',
      run: () => preferences.setState({ haltOpen: true }),
    },
    ...PANELS.map((id, index) => ({
      name: `Show panel: ${PANEL_LIST[id].title}`,
      // The number keys reach the first nine.
      ...(index < 9 ? { keys: `${index + 1}` } : {}),
      run: () => layout.show(id),
    })),
    ...PRESETS.map((preset) => ({
      name: `Layout preset: ${preset}`,
      keys: `Alt+${PRESETS.indexOf(preset) + 1}`,
      run: () => layout.preset(preset),
    })),
    { name: locked ? 'Unlock the layout' : 'Lock the layout', run: () => layout.lock(!locked) },
    ...PANELS.map((id) => ({
      name: `Maximise or restore: ${PANEL_LIST[id].title}`,
      run: () => layout.maximise(id),
    })),
    ...PANELS.map((id) => ({ name: `Close panel: ${PANEL_LIST[id].title}`, run: () => layout.close(id) })),
    ...PANELS.flatMap((id) =>
      PANELS.filter((other) => other !== id).map((other) => ({
        name: `Move ${PANEL_LIST[id].title} as a tab to ${PANEL_LIST[other].title}`,
        run: () => layout.dock(id, other, 'centre'),
      })),
    ),
    { name: 'Theme: dark', run: () => preferences.setState({ theme: 'dark' }) },
    { name: 'Theme: light', run: () => preferences.setState({ theme: 'light' }) },
    { name: "Theme: the system's", run: () => preferences.setState({ theme: 'system' }) },
    { name: 'Keyboard shortcuts', keys: '?', run: () => preferences.setState({ dialog: 'shortcuts' }) },
    { name: 'About this console', run: () => preferences.setState({ dialog: 'about' }) },
    ...BACKEND_CHOICES.map(({ name, backend }) => ({
      name: `Compute backend: ${name}`,
      run: () => {
        storeBackend(backend);
        computeLink.send({ kind: 'pin', backend });
        analyses.pin(backend);
      },
    })),
    { name: 'Account: factors and sessions', run: () => preferences.setState({ dialog: 'account' }) },
    { name: 'Sign out', run: () => signOutHere(services) },
    ...instruments
      .filter((instrument) => instrument.index !== selected)
      .map((instrument) => ({
        name: `Go to ${instrumentLabel(instrument, several)}`,
        run: () => preferences.setState({ selected: instrument.index }),
      })),
  ];
}

/** Commands whose name has all the words, those that begin with the text first. */
export function searchCommands(commands: readonly PaletteCommand[], text: string): readonly PaletteCommand[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = commands.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
  const first = words[0] ?? '';
  const rank = ({ name }: PaletteCommand): number => {
    const at = name
      .toLowerCase()
      .split(/[\s:]+/)
      .findIndex((part) => part.startsWith(first));
    return at < 0 ? 99 : at;
  };
  return words.length === 0 ? found : found.toSorted((a, b) => rank(a) - rank(b));
}
