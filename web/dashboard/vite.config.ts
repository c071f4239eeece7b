import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // The client library of this repository is read from its sources.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  build: { outDir: '../site', emptyOutDir: true, target: 'es2022' },
});
