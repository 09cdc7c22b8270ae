import { weightOf } from '../../snapshot/logs/hits.ts';
import { xidClass } from '../../snapshot/nodes/xid.ts';
import { defineCheck } from '../check.ts';
import { xidCheck } from './xid-check.ts';

/** So many of one number are no single crash; the machine or a crash-looping job deserves a look. */
const MANY = 100;
/** Illegal accesses and page faults end the program; the others are notices and echoes. */
const FAULTS = new Set([13, 31]);

export default defineCheck(
  xidCheck({
    id: 'gpu-xid-application',
    title: 'No application caused a GPU error',
    failureTitle: 'An application caused a GPU error (Xid)',
    why: 'These numbers follow from what the program does (illegal access, bad kernel, killed process) or are notices. Xid 45 and 43 are echoes of an earlier error or of a killed process. Only when they follow one card over different programs is the card suspect.',
    fix: ['Debug the CUDA program named in the line (compute-sanitizer); look for the first other Xid before it'],
    next: ['journalctl -k | grep "NVRM: Xid"', 'nvidia-smi -q -i {bus}'],
    severity: 'info',
    judge: (groups, all, snapshot) => {
      const count = groups.reduce((sum, group) => sum + group.count, 0);
      // Beside an Xid that condemns the card these are its echoes.
      if (
        all.some((group) => xidClass(group.xid) !== 'gpu-xid-application' && xidClass(group.xid) !== 'gpu-xid-unknown')
      )
        return {};
      if (count >= MANY) return { severity: 'warning' as const };
      const faults = groups.filter((group) => FAULTS.has(group.xid)).flatMap((group) => group.hits);
      return faults.length > 0 && weightOf(snapshot, faults, MANY) === 'excerpt'
        ? { severity: 'warning' as const, confidence: 'medium' as const }
        : {};
    },
  }),
);
