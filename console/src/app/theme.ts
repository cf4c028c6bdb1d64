import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const brand: MantineColorsTuple = [
  '#eef4fb',
  '#dbe7f5',
  '#b4cce9',
  '#8aafdd',
  '#6896d2',
  '#5386cc',
  '#477ec9',
  '#386cb2',
  '#2f60a0',
  '#20538f',
];

const dark: MantineColorsTuple = [
  '#d7dce3',
  '#b4bbc6',
  '#98a1ae',
  '#4d5561',
  '#363d47',
  '#2a3038',
  '#1d2127',
  '#161a1f',
  '#13161a',
  '#0e1114',
];

/** Dense and calm; every text stands out by 4.5 to 1 from what is behind it, in both schemes (WCAG AA). */
export const theme = createTheme({
  colors: { brand, dark },
  primaryColor: 'brand',
  primaryShade: 8,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Button: { defaultProps: { size: 'sm' } },
    // The placeholder is no menu item, which a menu may not hold.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Modal: {
      styles: { title: { fontWeight: 600 } },
      defaultProps: { centered: true, closeButtonProps: { 'aria-label': 'Close' } },
    },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: true } } },
  },
});

/** Mantine's own greys and reds are too faint for small text. */
export const contrasts: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#1b2027',
    '--mantine-color-dimmed': '#5a6370',
    '--mantine-color-placeholder': '#6b7480',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-anchor': '#2f60a0',
    '--mantine-color-default-border': '#d4d9e0',
  },
  dark: {
    '--mantine-color-dimmed': '#98a1ae',
    '--mantine-color-placeholder': '#87909c',
    '--mantine-color-error': '#ff8f87',
    '--mantine-color-anchor': '#8aafdd',
    '--mantine-color-default-border': '#363d47',
  },
});
