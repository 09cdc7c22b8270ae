import { defined } from '../../lib/defined.ts';
import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { podOfOrigin } from '../pod-of-origin.ts';
import { factBase } from '../quote.ts';

/** `qdisc netem 8001: dev eth0 root refcnt 2 limit 1000 delay 100ms 10ms loss 5%`; with `dev` in the command it is left out. */
const QDISC =
  /^qdisc (\w{2,16}) [0-9a-f]{1,8}: (?:dev (\S{1,64}) )?(?:root|parent \S{1,20}|ingress|clsact)\b(.{0,400})$/;
/** What netem does to packets on purpose; its queue limit and seed say nothing of that. */
const HARM = /\b(?:delay|loss|corrupt|duplicate|reorder|rate)\b.*/;
const BEHIND = /\s+(?:seed \d+|ecn|limit \d+)(?=\s|$)/g;

/**
 * Queueing disciplines of network interfaces. hostValues, topic `network`, key `eth0.netem` (what it does: `delay 100ms
 * loss 5%`) where somebody has the kernel harm packets on purpose. Others only order packets, and leave nothing.
 *
 * Command: `tc qdisc show`, `tc -s qdisc show dev eth0`, also in a pod (`kubectl exec`).
 * Versions: iproute2 3 to 6.
 * Sample:
 *
 *     qdisc netem 8001: dev eth0 root refcnt 2 limit 1000 delay 100ms  10ms loss 5%
 *      Sent 88123 bytes 211 pkt (dropped 12, overlimits 0 requeues 0)
 *
 * Empty: no qdisc at all is what a loopback interface has.
 */
export default defineParser({
  kind: 'qdisc',
  reads: 'tc qdisc show',
  matches: (command) => {
    const inner = effectiveCommand(command);
    return inner.tool === 'tc' && inner.words.some((word) => /^qd(?:isc)?$/.test(word));
  },
  sniff: (head) => QDISC.test(head.find((line) => line.trim() !== '') ?? ''),
  parse: (lines, { origin, emit }) => {
    const words = origin.command === undefined ? [] : effectiveCommand(origin.command).words;
    const asked = words.includes('dev') ? words[words.indexOf('dev') + 1] : undefined;
    lines.forEach((line, at) => {
      const [, kind, device, rest = ''] = QDISC.exec(line) ?? [];
      const harm = kind === 'netem' ? HARM.exec(rest)?.[0] : undefined;
      if (harm === undefined) return;
      emit.fact('hostValues', {
        ...factBase(origin, at, line),
        topic: 'network',
        key: `${device ?? asked ?? 'unknown'}.netem`,
        value: harm.replace(BEHIND, '').replace(/\s+/g, ' ').trim(),
        ...defined({ pod: podOfOrigin(origin) }),
      });
    });
  },
});
