import { Revealed } from '@/ui/Revealed';
import classes from './HeadersTable.module.css';

export interface HeadersTableProps {
  /** Whose they are, for the accessible name: "Headers of the answer". */
  label: string;
  /** Null: a secret. */
  headers: [name: string, value: string | null][];
}

/** HTTP headers, as text. */
export function HeadersTable({ label, headers }: HeadersTableProps) {
  if (headers.length === 0) return <p className={classes.none}>No headers</p>;
  return (
    <table className={classes.headers} aria-label={label}>
      <tbody>
        {headers.map(([name, value]) => (
          <tr key={`${name} ${value}`}>
            <th scope="row">{name}</th>
            <td>{value === null ? <em>a secret, not shown</em> : <Revealed text={value} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
