/** The JavaScript tests, by tier: `unit` needs nothing, `e2e` a running stack. */
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

/** A function of the emulator takes long to answer the first time. */
const E2E_MS = 400_000;

export default defineConfig({
  // A package of this repository is read from its sources, by a page and by Node.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['source', ...defaultServerConditions] } },
  test: {
    // A process a file: the SDK keeps state that two files must not share.
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'unit', include: ['web/*/test/unit/**/*.test.{ts,tsx}'] } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['web/*/test/e2e/**/*.test.ts', 'tests/e2e/**/*.test.ts'],
          testTimeout: E2E_MS,
          hookTimeout: E2E_MS,
        },
      },
    ],
  },
});
