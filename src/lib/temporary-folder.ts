/** Files and folders that must not outlive the process, also when a signal ends it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Ctrl-C, `kill` and `timeout`, a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What to delete; false: a file, and nothing else that may have come to stand there. */
const doomed = new Map<string, boolean>();

function onSignal(signal: NodeJS.Signals): void {
  for (const [path, recursive] of doomed)
    try {
      rmSync(path, { recursive, force: true });
    } catch {
      // Whoever ends the process does not wait for reasons.
    }
  doomed.clear();
  unwatch();
  // With a listener of ours the signal ends nothing any more: unless somebody else listens, it is sent once more.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

function unwatch(): void {
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

function deleteAtLast(path: string, recursive: boolean): () => void {
  if (doomed.size === 0) for (const signal of SIGNALS) process.on(signal, onSignal);
  doomed.set(path, recursive);
  return () => {
    rmSync(path, { recursive, force: true });
    if (doomed.delete(path) && doomed.size === 0) unwatch();
  };
}

/**
 * Deletes the file (which need not exist yet) when the returned function is called, or when SIGINT, SIGTERM or SIGHUP
 * ends the process before.
 */
export function temporaryFile(path: string): () => void {
  return deleteAtLast(path, false);
}

/** A new folder in TMPDIR, whose name begins with `prefix`; whoever asks for it removes it when it is done, or a signal does. */
export function temporaryFolder(prefix: string): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), prefix));
  return { path, remove: deleteAtLast(path, true) };
}
