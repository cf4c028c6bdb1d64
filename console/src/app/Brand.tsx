import { Link } from 'wouter';
import classes from './Brand.module.css';

/** The name, and the way home. */
export function Brand() {
  return (
    <Link href="/" className={classes.brand ?? ''} aria-label="Hookstep, overview">
      <svg
        width="22"
        height="22"
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        <path d="M5 4v10a4.5 4.5 0 0 0 9 0V9m-3 3 3-3 3 3M14 20h6" />
      </svg>
      Hookstep
    </Link>
  );
}
