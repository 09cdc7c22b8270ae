import { defineCheck } from '../check.ts';
import { gpuFindings } from './gpu-counters.ts';
import { xidCheck } from './xid-check.ts';

const byXid = xidCheck({
  id: 'gpu-xid-154-recovery-action',
  title: 'The driver asks for no recovery of a GPU',
  failureTitle: 'The driver asks for the recovery of a GPU (Xid 154)',
  why: 'The driver itself says what must be done before the card works again: GPU reset, node reboot, drain.',
  fix: ['Do what the line names: drain {node}, then reset the GPU {bus} or reboot the node'],
  next: ['nvidia-smi -q -i {bus} | grep -i "recovery action"'],
  severity: 'critical',
  judge: (groups) => {
    const text = groups.at(-1)?.hits.at(-1)?.last.text ?? '';
    return /\bto 0x[0-9a-f]+ \(None\)/i.test(text) ? { state: 'recovered' as const } : {};
  },
});

export default defineCheck({
  ...byXid,
  heard: (snapshot) =>
    byXid.heard?.(snapshot) === true || snapshot.facts('gpus').some((gpu) => gpu.recoveryAction !== undefined),
  *run(facts, context) {
    let told = false;
    for (const finding of byXid.run(facts, context)) {
      told = true;
      yield finding;
    }
    // What the driver asks for now, where the log with its line is not there.
    if (told) return;
    const { snapshot } = context;
    yield* gpuFindings(snapshot, snapshot.facts('gpus'), ({ recoveryAction }) =>
      recoveryAction === undefined
        ? undefined
        : { variant: 'action', words: `asks for its recovery: ${recoveryAction}` },
    );
  },
});
