import { defineCheck } from '../check.ts';
import { START_REASONS, toldFindings } from './start-events.ts';

/** What Windows says when no more memory can be committed (error 1455, 1450, 8). */
const WORDS =
  /(?<words>[Tt]he paging file is too small for this operation to complete|Insufficient system resources exist to complete the requested service|[Nn]ot enough memory resources are available)/;

export default defineCheck({
  id: 'windows-memory-exhausted',
  layer: 5,
  title: 'The Windows nodes have memory to commit',
  failureTitle: 'The Windows node has no memory left to commit (paging file too small)',
  why: 'Windows counts what processes may use, not what they use: when the sum reaches physical memory and paging file together, no container or process can be started, though memory may be free. It has no OOM killer, so a container without limits takes it from all others.',
  fix: [
    'Give every Windows container memory requests and limits, put fewer pods on {node}, or take larger nodes',
    'Enlarge the paging file of the node; reserve memory for the system (--system-reserved, --kube-reserved)',
  ],
  next: [
    'kubectl describe node {node}',
    'Get-Process | sort PagedMemorySize -Descending | select -First 20',
    'Get-CimInstance Win32_OperatingSystem | fl FreeVirtualMemory,FreePhysicalMemory',
  ],
  severity: 'critical',
  confidence: 'high',
  reads: ['windows-memory-exhausted'],
  needsAny: ['events', 'hostLogs', 'containerLogs'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    yield* toldFindings(snapshot, {
      reasons: START_REASONS,
      pattern: WORDS,
      signature: 'windows-memory-exhausted',
      message: ({ words }, who) =>
        `The Windows node of ${who} has no memory left to commit: "${words ?? 'The paging file is too small for this operation to complete'}"`,
    });
  },
});
