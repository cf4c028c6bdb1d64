import { createContext, use } from 'react';
import type { ConsoleConfig } from './config';

export const ConfigContext = createContext<ConsoleConfig | null>(null);

/** What the deployment told its console. */
export function useConfig(): ConsoleConfig {
  const config = use(ConfigContext);
  if (!config) throw new Error('useConfig outside of the application');
  return config;
}
