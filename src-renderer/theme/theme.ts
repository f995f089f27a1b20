import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** A quiet teal: one accent for everything that can be done. */
const teal: MantineColorsTuple = [
  '#eaf6f5',
  '#d3eae8',
  '#a5d5d1',
  '#74bfb9',
  '#4dada5',
  '#35a199',
  '#1d7f7a',
  '#15696a',
  '#0f5557',
  '#074041',
];

/** The greys of the dark theme, with a breath of the accent. */
const dark: MantineColorsTuple = [
  '#e7eeed',
  '#c3d0cf',
  '#a3b2b1',
  '#748383',
  '#3d4a4c',
  '#2c3739',
  '#1e282a',
  '#1a2224',
  '#151c1e',
  '#12181a',
];

/** What is wrong with an input is said in the red of the whole app: the library's own is too pale to read (WCAG 1.4.3). */
export const resolveVariables: CSSVariablesResolver = () => {
  const error = { '--mantine-color-error': 'var(--bad)' };
  return { variables: {}, light: error, dark: error };
};

export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 6 },
  colors: { teal, dark },
  autoContrast: true,
  luminanceThreshold: 0.36,
  fontFamily: "'Inter Variable', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans Arabic', sans-serif",
  fontFamilyMonospace: "'Inter Variable', 'Noto Sans CJK SC', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  headings: { fontWeight: '600' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    // The page never scrolls: there is nothing to lock, and the lock's style element would need leave of the security policy.
    Modal: {
      defaultProps: {
        lockScroll: false,
        transitionProps: { duration: 120 },
        overlayProps: { backgroundOpacity: 0.35, blur: 2 },
      },
    },
    Popover: { defaultProps: { transitionProps: { duration: 100 }, shadow: 'md' } },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 80 } } },
  },
});
