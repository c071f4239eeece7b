import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { STYLED_BROWSERS } from '../screen/src/browsers.js';

export default defineConfig({
  plugins: [react()],
  // The client library of this repository is read from its sources.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  base: '/demo/',
  build: { outDir: '../site/demo', emptyOutDir: true, target: 'es2022', cssTarget: STYLED_BROWSERS },
});
