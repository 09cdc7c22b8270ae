import { firstFew } from '../../lib/in-words.ts';
import { isConditionTaint } from '../../simulation/scheduler/decide.ts';
import { defineCheck } from '../check.ts';
import { rejected, share } from './rejected.ts';

export default defineCheck({
  id: 'sched-taint-untolerated',
  layer: 2,
  title: 'Pods tolerate the taints of the nodes they may use',
  failureTitle: 'The pod does not tolerate the taint of the nodes that it could use',
  why: 'A taint reserves a node: only pods with a matching toleration get there.',
  fix: ['Add the toleration to the pod spec, or remove the taint from the node'],
  next: ["kubectl get nodes -o custom-columns='NAME:.metadata.name,TAINTS:.spec.taints'"],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'taint' && !isConditionTaint(reason.taint?.key ?? ''),
      (cause, waiting) => {
        const { taint } = cause.reason;
        const written =
          cause.rejections[0]?.because ??
          (taint === undefined ? 'a taint' : `${taint.key}${taint.value === '' ? '' : `=${taint.value}`}`);
        const on =
          cause.nodes.length === 0
            ? share(cause, waiting)
            : `${share(cause, waiting)} (${firstFew(cause.nodes.map((n) => n.name))})`;
        const index = cause.nodes[0]?.node.spec?.taints?.findIndex((one) => one.key === taint?.key) ?? -1;
        const node = cause.nodes[0]?.node;
        return {
          // DRBD's way of saying that the node may not write.
          ...(taint?.key.startsWith('drbd.linbit.com/') === true ? { variant: 'drbd' } : {}),
          message: `Pod ${waiting.view.name} does not tolerate the taint ${written} on ${on}${(waiting.view.spec.tolerations ?? []).length === 0 ? '' : `; its tolerations are ${firstFew((waiting.view.spec.tolerations ?? []).map((t) => `${t.key ?? '*'}${t.value === undefined ? '' : `=${t.value}`}:${t.effect ?? '*'}`))}`}`,
          evidence: node === undefined || index < 0 ? [] : [snapshot.quote(node, `/spec/taints/${index}`)],
          fix:
            taint === undefined
              ? []
              : [
                  `Add to the pod spec: tolerations: [{key: ${taint.key}, operator: ${taint.value === '' ? 'Exists' : `Equal, value: "${taint.value}"`}}]; or remove the taint: kubectl taint node ${node?.metadata.name ?? 'NODE'} ${taint.key}-`,
                ],
        };
      },
    );
  },
});
