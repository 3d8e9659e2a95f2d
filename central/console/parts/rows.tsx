import { Grid, Skeleton, Table } from 'antd';
import type { ReactNode } from 'react';
import { Nothing } from './common.js';

export interface Column<T> {
  readonly title: string;
  readonly show: (one: T) => ReactNode;
  /** `end` for numbers and buttons. */
  readonly align?: 'end';
}

/** What a column shows that has nothing to show; left out on a phone. */
export const none = '–';

interface RowsProps<T> {
  readonly items: readonly T[];
  readonly loaded: { readonly loading: boolean; readonly error: Error | undefined };
  /** Shown when there is nothing to show. */
  readonly empty: string;
  readonly columns: readonly Column<T>[];
  /** Below this the table is scrolled sideways. */
  readonly minWidth_px: number;
  readonly testId: string;
}

/** A table; on a phone a list in which each row is a block of labelled lines. */
export function Rows<T extends { readonly id: string }>(props: RowsProps<T>) {
  const { items, loaded, empty, columns, minWidth_px, testId } = props;
  const { md = true } = Grid.useBreakpoint();
  const isLoading = loaded.loading && items.length === 0;
  const nothing = loaded.loading || loaded.error ? ' ' : <Nothing text={empty} />;
  if (md) {
    return (
      <Table
        rowKey="id"
        size="middle"
        dataSource={[...items]}
        loading={isLoading}
        pagination={false}
        locale={{ emptyText: nothing }}
        scroll={{ x: minWidth_px }}
        columns={columns.map(({ title, show, align }, index) => ({
          key: index,
          title,
          render: (_: unknown, one: T) => show(one),
          ...(align ? { align } : {}),
        }))}
        data-testid={testId}
      />
    );
  }
  if (isLoading) return <Skeleton active />;
  if (items.length === 0) return <>{nothing}</>;
  return (
    <ul className="blocks" data-testid={testId}>
      {items.map(one => (
        <li key={one.id}>
          {columns
            .map(({ title, show }) => ({ title, shown: show(one) }))
            .filter(({ shown }) => shown !== none)
            .map(({ title, shown }) => (
              <div key={title}>
                <span className="sub">{title}</span>
                <span>{shown}</span>
              </div>
            ))}
        </li>
      ))}
    </ul>
  );
}
