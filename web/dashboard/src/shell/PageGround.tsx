import '@mantine/core/styles.layer.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type LoadTexts, MoreTexts } from 'parley-screen/language.js';
import type { ReactNode } from 'react';

const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 30_000 } } });

/** What every page stands on, and nothing before: all of Mantine's styles, queries, and the page's texts. */
export function PageGround({ load, children }: { load: LoadTexts; children: ReactNode }) {
  return (
    <QueryClientProvider client={queries}>
      <MoreTexts load={load}>{children}</MoreTexts>
    </QueryClientProvider>
  );
}
