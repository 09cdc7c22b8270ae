import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The closing line that CI reads: "N passed, N failed".
    reporters: ['default', './scripts/count-reporter.ts'],
    testTimeout: 20_000,
  },
});
