import { useState, type DragEvent, type ReactNode } from 'react';

/** Takes a file that is dropped on it. */
export function DropPrices({
  className,
  onFile,
  children,
}: {
  readonly className: string;
  readonly onFile: (file: File) => void;
  readonly children: ReactNode;
}) {
  const [over, setOver] = useState(false);
  const drag = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    setOver(true);
  };
  return (
    <div
      className={over ? `${className} drop-over` : className}
      onDragEnter={drag}
      onDragOver={drag}
      onDragLeave={(event) => {
        // Going on to a child is not leaving.
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        const file = event.dataTransfer.files[0];
        setOver(false);
        if (!file) return;
        event.preventDefault();
        onFile(file);
      }}
    >
      {children}
    </div>
  );
}
