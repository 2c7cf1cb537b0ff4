import { split, stack, type LayoutNode } from './tree.ts';

export const PRESETS = ['Risk', 'Trader', 'Incident', 'Wall', 'Compliance', 'People', 'Analysis'] as const;
export type PresetName = (typeof PRESETS)[number];

/** What each job needs in sight. A person changes a copy; the preset itself stays. */
export const PRESET_LAYOUTS: Readonly<Record<PresetName, LayoutNode>> = {
  Risk: split(
    'column',
    [
      0.87,
      split(
        'row',
        [0.244, stack('watch')],
        [
          0.476,
          split(
            'column',
            [0.51, split('row', [0.665, stack('candles')], [0.335, stack('book', 'trades')])],
            [0.49, stack('orders')],
          ),
        ],
        [
          0.288,
          split('column', [0.52, stack('correlation')], [0.24, stack('limits')], [0.24, stack('alarms')]),
        ],
      ),
    ],
    [0.13, stack('health')],
  ),
  Trader: split(
    'row',
    [0.244, stack('watch')],
    [0.436, split('column', [0.55, stack('candles')], [0.45, stack('orders')])],
    [
      0.32,
      split(
        'column',
        [0.55, split('row', [0.44, stack('book')], [0.56, stack('trades')])],
        [0.2, stack('limits')],
        [0.25, stack('alarms', 'health', 'feeds', 'correlation', 'statistics')],
      ),
    ],
  ),
  Incident: split(
    'row',
    [0.36, split('column', [0.74, stack('alarms')], [0.26, stack('limits')])],
    [
      0.64,
      split(
        'column',
        [0.2, stack('health')],
        [0.8, stack('orders', 'audit', 'notes', 'watch', 'book', 'feeds')],
      ),
    ],
  ),
  Compliance: split(
    'row',
    [0.66, stack('audit')],
    [0.34, split('column', [0.4, stack('notes')], [0.32, stack('reports')], [0.28, stack('alarms')])],
  ),
  People: split(
    'row',
    [0.66, stack('people')],
    [0.34, split('column', [0.4, stack('alarms')], [0.6, stack('notes', 'health')])],
  ),
  Analysis: split(
    'row',
    [0.4, split('column', [0.7, stack('correlation')], [0.3, stack('alarms')])],
    [0.32, stack('structure', 'history', 'contagion', 'risk')],
    [0.28, stack('cascade', 'leadlag', 'horizons')],
  ),
  Wall: split(
    'column',
    [0.81, split('row', [0.3, stack('watch')], [0.4, stack('correlation')], [0.3, stack('alarms')])],
    [0.19, split('row', [0.7, stack('health')], [0.3, stack('limits')])],
  ),
};
