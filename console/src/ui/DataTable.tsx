import type { ReactNode } from 'react';
import { Link } from 'wouter';
import classes from './DataTable.module.css';

export interface Column<Row> {
  /** Unique in the table. */
  key: string;
  /** Heading, and the label in the card of a phone. */
  header: string;
  /** Null: a dash, and no line in the card. */
  cell: (row: Row) => ReactNode;
  align?: 'right';
  /** Names and words of others: they break anywhere, so that a long one does not widen the table. */
  wraps?: boolean;
  /** CSS width, for columns that shall not grow. */
  width?: string;
  /** The heading of the row, and of its card: one column should have it. */
  main?: boolean;
  /** Buttons: no label in the card, and the heading is only read out. `menu`: a single one, in the corner of the card. */
  actions?: boolean | 'menu';
  /** Left out of the card of a phone. */
  desktop?: boolean;
}

export interface DataTableProps<Row> {
  /** What the table lists, for its accessible name. */
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  /** Where the row leads: its main cell becomes a link, and the whole row can be clicked. */
  href?: (row: Row) => string;
  /** Rows that are marked: they have just appeared. */
  fresh?: (row: Row) => boolean;
}

/** A table; each row becomes a card on phones. */
export function DataTable<Row>({ label, columns, rows, rowKey, href, fresh }: DataTableProps<Row>) {
  return (
    <div className={classes.frame}>
      {/* The roles are those that the elements have; browsers drop them where the cards change `display`. */}
      <table className={classes.table} role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th
                key={column.key}
                role="columnheader"
                scope="col"
                data-align={column.align}
                style={{ width: column.width }}
              >
                {column.actions ? <span className="hs-hidden">{column.header}</span> : column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              role="row"
              data-linked={href ? true : undefined}
              data-fresh={fresh?.(row) || undefined}
            >
              {columns.map((column) => {
                const content = column.cell(row);
                return (
                  <td
                    key={column.key}
                    role="cell"
                    data-label={column.actions || column.main ? undefined : column.header}
                    data-align={column.align}
                    data-main={column.main}
                    data-wraps={column.wraps}
                    data-actions={column.actions ? true : undefined}
                    data-menu={column.actions === 'menu' || undefined}
                    data-desktop={column.desktop}
                  >
                    {column.main && href ? (
                      <Link href={href(row)} className={classes.link ?? ''}>
                        {content}
                      </Link>
                    ) : (
                      content
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
