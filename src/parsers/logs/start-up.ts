/**
 * Start-up noise: messages that are faults in a running program and normal in one that has just started ("PLEG is not
 * healthy: pleg has yet to be successful", "cni plugin not initialized"). They count only when they outlast the start.
 */

/** After this a started program or machine should have settled. HEUR: a node pulls its CNI images after a boot. */
export const SETTLED_AFTER_MS = 5 * 60_000;

/** The starts in one stream. One machine's journal holds them all: systemd announces the kubelet, the kernel a boot. */
export interface Starts {
  add(time: number): void;
  /** True within SETTLED_AFTER_MS of a start. */
  isStarting(time: number): boolean;
  /** True when there was a start, and `time` is long after the last one. */
  settledAt(time: number): boolean;
}

/**
 * The time of year, in a year of its own: klog and syslog lines have no year, and full times stand between them.
 * Only differences within one stream mean something.
 */
export function timeOfYear(time: number): number {
  const date = new Date(time);
  // 2000 is a leap year: every day has its place.
  return Date.UTC(2000, date.getUTCMonth(), date.getUTCDate()) + (((time % 86_400_000) + 86_400_000) % 86_400_000);
}

export function createStarts(): Starts {
  let latest: number | undefined;
  const since = (time: number): number | undefined => (latest === undefined ? undefined : timeOfYear(time) - latest);
  return {
    add(time) {
      latest = timeOfYear(time);
    },
    isStarting(time) {
      const passed = since(time);
      return passed !== undefined && passed >= 0 && passed <= SETTLED_AFTER_MS;
    },
    settledAt(time) {
      const passed = since(time);
      return passed !== undefined && passed > SETTLED_AFTER_MS;
    },
  };
}
