/** The address under which this page alone shows a file. */
import { useEffect, useState } from 'react';
import type { Access } from './backend.js';

/** Nothing while the file is loaded, or if one may not read it. */
export function useAddress(access: Access, path: string): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    let [isOver, held] = [false, ''];
    import('./files.js')
      .then(({ addressOf }) => addressOf(access, path))
      .then(
        (found) => {
          held = found;
          if (isOver) URL.revokeObjectURL(found);
          else setAddress(found);
        },
        () => undefined,
      );
    return () => {
      isOver = true;
      setAddress(undefined);
      if (held) URL.revokeObjectURL(held);
    };
  }, [access, path]);
  return address;
}
