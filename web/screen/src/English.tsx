import type { ReactNode } from 'react';

/** What is English on a page of any language: screen readers pronounce it so, and it runs from left to right. */
export function English({ children }: { children: ReactNode }) {
  return (
    <span lang="en" dir="auto">
      {children}
    </span>
  );
}
