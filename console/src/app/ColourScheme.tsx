import { Center, SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { Icon } from '@/ui/Icon';
import type { IconName } from '@/ui/icons';

const SCHEMES: { value: 'light' | 'dark' | 'auto'; name: string; icon: IconName }[] = [
  { value: 'light', name: 'Light', icon: 'sun' },
  { value: 'dark', name: 'Dark', icon: 'moon' },
  { value: 'auto', name: 'As the system', icon: 'desktop' },
];

/** Light, dark, or as the system; kept in this browser. */
export function ColourScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      aria-label="Colours"
      size="xs"
      fullWidth
      value={colorScheme}
      onChange={(value) => setColorScheme(value as typeof colorScheme)}
      data={SCHEMES.map(({ value, name, icon }) => ({
        value,
        label: (
          <Center title={name}>
            <Icon name={icon} />
            <span className="hs-hidden">{name}</span>
          </Center>
        ),
      }))}
    />
  );
}
