// Says which browser the tests would run in, or what is missing.
import { chromium } from './chromium.js';

try {
  process.stdout.write(`${chromium()}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
