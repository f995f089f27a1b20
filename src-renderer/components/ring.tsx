import classes from './ring.module.css';

const RADIUS = 9;
const ROUND = 2 * Math.PI * RADIUS;

/** A ring that empties: `left` of `whole`, both in the same unit. The number beside it says the same in words. */
export function Ring({
  left,
  whole,
  size = 22,
  tone = 'accent',
}: {
  readonly left: number;
  readonly whole: number;
  readonly size?: number;
  readonly tone?: 'accent' | 'warn' | 'off';
}) {
  const share = whole <= 0 ? 0 : Math.min(1, Math.max(0, left / whole));
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" className={classes['ring']} data-tone={tone}>
      <circle cx="12" cy="12" r={RADIUS} className={classes['track']} />
      <circle
        cx="12"
        cy="12"
        r={RADIUS}
        className={classes['value']}
        strokeDasharray={`${share * ROUND} ${ROUND}`}
        transform="rotate(-90 12 12)"
      />
    </svg>
  );
}
