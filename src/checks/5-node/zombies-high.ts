import type { ProcessList } from '../../parsers/records.ts';
import { byMachine, machineSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** EKS node monitoring agent: a handful of zombies is usual between an exit and its reaping. */
const MANY = 20;

const countOf = (list: ProcessList): number => list.zombies.reduce((sum, one) => sum + one.count, 0);

export default defineCheck({
  id: 'zombies-high',
  layer: 5,
  title: 'Dead processes are reaped',
  failureTitle: 'Many dead processes are not reaped (zombies)',
  why: 'A zombie is freed only by its parent, and holds a process id until then. Usual are containers whose first process reaps nobody, under an exec probe that starts a shell each time.',
  fix: [
    'Give the container that makes them an init (tini, dumb-init, docker-init), or let its pod share a process namespace (shareProcessNamespace), whose pause process reaps; restarting the pod frees them',
  ],
  next: [
    "ps -eo stat,pid,ppid,comm | awk '$1 ~ /^Z/'",
    "ps -eo stat,ppid | awk '$1 ~ /^Z/ {print $2}' | sort | uniq -c",
  ],
  severity: 'info',
  confidence: 'high',
  needs: ['processes'],
  *run({ processes }, { snapshot }) {
    for (const [node, lists] of byMachine(snapshot, processes)) {
      // Collectors run ps several times with other columns: the same zombies each time; one listing may lack parents.
      const most = Math.max(...lists.map(countOf));
      const fullest = lists.filter((list) => countOf(list) === most);
      const list = fullest.find((one) => one.zombies.some((zombie) => zombie.parent !== undefined)) ?? fullest[0];
      if (list === undefined || most < MANY) continue;
      const named = list.zombies.filter((zombie) => zombie.name !== '');
      const groups = named
        .slice(0, 3)
        .map(
          ({ name, parent, count }) => `${count} × ${name}${parent === undefined ? '' : ` below process ${parent}`}`,
        );
      const which =
        groups.length === 0 ? '' : `: ${groups.join(', ')}${named.length > groups.length ? ' and others' : ''}`;
      yield {
        subject: machineSubject(snapshot, list),
        message: `${most}${list.total === undefined ? '' : ` of the ${list.total}`} processes of ${node} are zombies${which}`,
        evidence: [list.source],
      };
    }
  },
});
