import { defined } from '../../lib/defined.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

/** `Status:          ✖ Degraded`: a sign before the word, which a terminal may have lost. */
const STATUS = /^Status:\s{1,20}(?:[^\sA-Za-z]{1,3}\s{1,3})?([A-Z][A-Za-z]{2,20})\s*$/;
const STRATEGY = /^Strategy:\s{1,20}(?:Canary|BlueGreen)\s*$/;

/**
 * A rollout of Argo as its plug-in shows it, with the tree of what it made below.
 *
 * Command: `kubectl argo rollouts get rollout web`.
 * Versions: Argo Rollouts 0.9 to 1.8.
 * Sample:
 *
 *     Name:            web
 *     Namespace:       shop
 *     Status:          ✖ Degraded
 *     Message:         RolloutAborted: Rollout aborted update to revision 7
 *     Strategy:        Canary
 *
 * Empty: a rollout that does not exist is an error of kubectl.
 */
export default defineParser({
  kind: 'argo-rollout',
  reads: 'rollouts of Argo as `kubectl argo rollouts get rollout` shows them',
  // Before descriptions, which begin alike.
  priority: 3,
  sniff(head) {
    return head.some((line) => STATUS.test(line)) && head.some((line) => STRATEGY.test(line));
  },
  parse(lines, { origin, emit }) {
    const valueOf = (key: string): string | undefined =>
      lines
        .find((line) => line.startsWith(`${key}:`))
        ?.slice(key.length + 1)
        .trim();
    const name = valueOf('Name');
    const at = lines.findIndex((line) => STATUS.test(line));
    const state = STATUS.exec(lines[at] ?? '')?.[1];
    if (name === undefined || state === undefined) {
      emit.unread(origin, 'a rollout without its name', origin.firstLine);
      return;
    }
    const told = lines.findIndex((line) => line.startsWith('Message:'));
    emit.fact('customResources', {
      ...factBase(origin, told < 0 ? at : told, lines[told < 0 ? at : told] ?? ''),
      resourceKind: 'Rollout',
      apiVersion: 'argoproj.io/v1alpha1',
      name,
      conditions: [],
      ...defined({ state, message: valueOf('Message'), namespace: valueOf('Namespace') }),
    });
  },
});
