import { defineCheck } from '../check.ts';
import { xidCheck } from './xid-check.ts';

export default defineCheck(
  xidCheck({
    id: 'gpu-xid-nvlink',
    title: 'No NVLink errors',
    failureTitle: 'NVLink error (Xid 74, 144-150)',
    why: 'A link between GPUs or to a switch failed; jobs over several GPUs hang or abort, the peers report errors too.',
    fix: [
      'Drain {node}; inspect both ends of the link, reset all GPUs of the board, read the fabric manager log; replace on repeat',
    ],
    next: [
      'nvidia-smi nvlink -s -i {bus}',
      'nvidia-smi nvlink -e -i {bus}',
      'journalctl -u nvidia-fabricmanager --no-pager | tail -n 100',
    ],
    severity: 'critical',
    // The newer ones tell themselves how bad they are.
    judge: (groups) =>
      groups.every((group) => group.xid >= 144 && group.hits.every((hit) => /non-?fatal/i.test(hit.first.text)))
        ? { severity: 'warning' as const }
        : {},
  }),
);
