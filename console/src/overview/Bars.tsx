import type { Schemas } from '@/api/client';
import { plural } from '@/lib/numbers';
import classes from './Bars.module.css';

const HEIGHT = 28;
const GAP = 1;

/** Succeeded and failed by the hour, drawn small; the figures beside it say the same in words. */
export function Bars({ buckets }: { buckets: Schemas['StatsBucket'][] }) {
  const most = Math.max(1, ...buckets.map((bucket) => bucket.succeeded + bucket.failed));
  const failed = buckets.filter((bucket) => bucket.failed > 0).length;
  const tall = (number: number) => (number === 0 ? 0 : Math.max(1.5, (number / most) * HEIGHT));
  return (
    <svg
      className={classes.bars}
      viewBox={`0 0 ${buckets.length * 8} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Deliveries by the hour: failures in ${plural(failed, 'hour')} of ${buckets.length}`}
    >
      {buckets.map((bucket, at) => {
        const bad = tall(bucket.failed);
        const good = Math.min(tall(bucket.succeeded), HEIGHT - bad);
        const place = { x: at * 8 + GAP, width: 8 - 2 * GAP };
        return (
          <g key={bucket.start}>
            <rect {...place} y={HEIGHT - good} height={good} className={classes.good} />
            <rect {...place} y={HEIGHT - good - bad} height={bad} className={classes.bad} />
          </g>
        );
      })}
    </svg>
  );
}
