import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** Indigo, a little calmer than Mantine's. */
const PARLEY: MantineColorsTuple = [
  '#eef1ff',
  '#dde2fb',
  '#b8c1f2',
  '#909deb',
  '#6f7fe4',
  '#5a6ce0',
  '#4b5edb',
  '#3f50c4',
  '#3546af',
  '#293b9a',
];

export const theme = createTheme({
  colors: { parley: PARLEY },
  primaryColor: 'parley',
  primaryShade: { light: 7, dark: 5 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Arabic', sans-serif",
  components: {
    // Mantine's own shades have too little contrast for small text: of links in the dark, and of an alert's title.
    Anchor: { defaultProps: { c: 'light-dark(var(--mantine-color-parley-7), var(--mantine-color-parley-3))' } },
    Alert: { styles: { title: { color: 'var(--mantine-color-text)' } } },
  },
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1.125rem' } } },
});
