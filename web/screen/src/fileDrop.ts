/** Files that are dropped on the page. */
import { useEffect, useRef, useState } from 'react';

/**
 * Take files that somebody drops anywhere on the page; answers whether they hold some above it now. A
 * file that is not taken does not replace the page either, as browsers would have it.
 */
export function useFileDrop(add: (files: Iterable<File>) => void, isTaken = true): boolean {
  const [isOver, setIsOver] = useState(false);
  const latest = useRef({ add, isTaken });
  latest.current = { add, isTaken };

  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = latest.current.isTaken ? 'copy' : 'none';
      setIsOver(latest.current.isTaken);
    };
    const leave = (event: DragEvent): void => {
      // It leaves each element on its way; nothing comes after the page.
      if (event.relatedTarget === null) setIsOver(false);
    };
    const drop = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setIsOver(false);
      if (latest.current.isTaken) latest.current.add(event.dataTransfer?.files ?? []);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
  return isOver;
}

function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}
