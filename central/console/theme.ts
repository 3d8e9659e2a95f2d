import type { ThemeConfig } from 'antd';

const ink = '#17211d';
const green = '#0e6a56';

/** Latin fonts come first, so that a Chinese one does not draw their letters where both are there. */
const fontFamily =
  'Inter, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", system-ui, sans-serif';

/** Calm greens on warm grey; colours of meaning are always joined by words. */
export const theme: ThemeConfig = {
  token: {
    colorPrimary: green,
    colorInfo: green,
    colorLink: green,
    // Set by hand: those that are derived from such dark colours are muddy.
    colorPrimaryHover: '#14806a',
    colorPrimaryActive: '#0a5444',
    colorPrimaryBg: '#e8f3ef',
    colorPrimaryBgHover: '#d8ebe4',
    colorInfoBg: '#e8f3ef',
    colorInfoBorder: '#b9d8cd',
    colorSuccessBg: '#e6f4ec',
    colorSuccessBorder: '#b5dcc6',
    colorWarningBg: '#fbf2dc',
    colorWarningBorder: '#ecd6a0',
    colorErrorBg: '#fcebe9',
    colorErrorBorder: '#f0c3bf',
    controlItemBgActive: '#e8f3ef',
    controlItemBgActiveHover: '#d8ebe4',
    colorSuccess: '#1a7f4b',
    colorError: '#b3261e',
    colorWarning: '#9a6700',
    colorBgLayout: '#f6f7f5',
    colorTextBase: ink,
    colorTextSecondary: '#54605a',
    colorTextTertiary: '#66716b',
    colorBorder: '#cfd5d1',
    colorBorderSecondary: '#e5e9e6',
    borderRadius: 8,
    borderRadiusLG: 12,
    fontSize: 14,
    fontSizeHeading3: 20,
    controlHeight: 36,
    boxShadowTertiary: 'none',
    fontFamily,
  },
  components: {
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500 },
    Card: { headerFontSize: 15, headerHeight: 48, headerPadding: 20, bodyPadding: 20 },
    Table: {
      headerBg: '#fafbfa',
      headerColor: '#66716b',
      headerSplitColor: 'transparent',
      cellPaddingBlock: 11,
      cellPaddingBlockMD: 11,
      cellFontSizeMD: 14,
      rowHoverBg: '#f4f8f6',
    },
    Menu: { itemHeight: 42, itemBorderRadius: 8, iconSize: 16 },
    Tag: { defaultBg: '#f1f3f2' },
  },
};
