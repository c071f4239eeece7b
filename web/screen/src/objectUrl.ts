/** Addresses of what a page holds in memory. */
import { useEffect, useState } from 'react';

/**
 * An address of a file while its component is on the screen; nothing while there is no file. A browser
 * keeps a file for as long as it has an address, so the address is revoked with the component.
 */
export function useObjectUrl(
  file: Blob | undefined,
  urls: Pick<typeof URL, 'createObjectURL' | 'revokeObjectURL'> = URL,
): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (!file) return;
    const made = urls.createObjectURL(file);
    setAddress(made);
    return () => {
      urls.revokeObjectURL(made);
      setAddress(undefined);
    };
  }, [file, urls]);
  return address;
}
