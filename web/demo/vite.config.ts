import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { STYLED_BROWSERS } from '../screen/src/browsers.js';

export default defineConfig({
  plugins: [react()],
  resolve: {
    // The client library of this repository is read from its sources.
    conditions: ['source', ...defaultClientConditions],
    alias: { re2js: fileURLToPath(import.meta.resolve('parley-screen/noPipelines.ts')) },
  },
  base: '/demo/',
  build: { outDir: '../site/demo', emptyOutDir: true, target: 'es2022', cssTarget: STYLED_BROWSERS },
});
