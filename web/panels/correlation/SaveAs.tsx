import { useServices } from '../../app/services.ts';
import { FILE_KINDS, type FileKind } from '../../compute/port.ts';

const NAMES: Readonly<Record<FileKind, string>> = { csv: 'CSV', npy: 'NPY', png: 'PNG' };

/** The matrix as numbers, or its picture. The worker makes the file. */
export function SaveAs() {
  const { computeLink } = useServices();
  return FILE_KINDS.map((as) => (
    <button
      key={as}
      type="button"
      className="toggle"
      aria-label={`Save as ${NAMES[as]}`}
      onClick={() => computeLink.send({ kind: 'export', as })}
    >
      {NAMES[as]}
    </button>
  ));
}
