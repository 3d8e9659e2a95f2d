import type { ThemeConfig } from 'antd';

/** Calm greens on warm grey; colours of meaning are always joined by words. */
export const theme: ThemeConfig = {
  token: {
    colorPrimary: '#0f6b58',
    colorInfo: '#0f6b58',
    colorSuccess: '#1a7f4b',
    colorError: '#b3261e',
    colorWarning: '#9a6700',
    colorBgLayout: '#f5f6f4',
    colorTextBase: '#1c2421',
    borderRadius: 8,
    fontSize: 14,
    fontFamily:
      'Inter, "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Segoe UI", system-ui, sans-serif',
  },
  components: {
    Layout: { siderBg: '#10241f', headerBg: '#ffffff', headerHeight: 56, headerPadding: '0 24px' },
    Menu: {
      darkItemBg: '#10241f',
      darkItemSelectedBg: '#1f4a40',
      darkItemHoverBg: '#18352e',
      itemHeight: 44,
    },
    Card: { headerFontSize: 15 },
    Table: { headerBg: '#fafbf9', cellPaddingBlock: 10 },
  },
};
