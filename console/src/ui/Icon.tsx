import { ICONS, type IconName } from './icons';

export interface IconProps {
  name: IconName;
  /** Side, in CSS pixels. */
  size?: number;
  /** Names the icon where no text beside it does. */
  label?: string;
}

/** An outline in the colour of the text around it. */
export function Icon({ name, size = 16, label }: IconProps) {
  const meaning = label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true };
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      className="hs-icon"
      {...meaning}
    >
      <path d={ICONS[name]} />
    </svg>
  );
}
