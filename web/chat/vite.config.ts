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
  base: '/chat/',
  build: {
    outDir: '../site/chat',
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: STYLED_BROWSERS,
    rolldownOptions: {
      input: { main: 'index.html', sw: 'src/push/worker.ts' },
      // A service worker keeps its address, by which browsers look for a new one.
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
});
