import { defineCheck } from '../check.ts';
import { exitFindings, withAftermath } from './exit-findings.ts';

const SIGNALS: Readonly<Record<number, string>> = {
  132: 'SIGILL, an illegal instruction',
  135: 'SIGBUS, a bus error',
  136: 'SIGFPE, an arithmetic fault',
};

export default defineCheck({
  id: 'exit-132-135-cpu-or-bus',
  layer: 1,
  title: 'No container ends with an illegal instruction, bus error or arithmetic fault',
  failureTitle: 'The container ended with an illegal instruction, a bus error or an arithmetic fault',
  why: 'Illegal instruction (132): built for a newer CPU. Bus error (135): /dev/shm too small (64 MiB unless set) or failing storage below mapped memory. Arithmetic fault (136): the program.',
  fix: [
    '132: rebuild for the CPU of the node or choose other nodes. 135: mount an emptyDir with medium Memory at /dev/shm, check the disk.',
  ],
  next: [
    'kubectl logs {name} -n {namespace} -c {container} --previous --tail=50',
    'kubectl get pod {name} -n {namespace} -o yaml',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['pods'],
  wants: ['containerLogs'],
  *run(_facts, context) {
    yield* exitFindings(context, (crash) => {
      const { exitCode = 0 } = crash.ended;
      const signal = SIGNALS[exitCode];
      if (signal === undefined) return undefined;
      return withAftermath(context.snapshot, crash, {
        variant: exitCode === 132 ? 'illegal-instruction' : exitCode === 135 ? 'bus-error' : 'arithmetic',
        words: `ended with ${signal} (exit code ${exitCode})`,
      });
    });
  },
});
