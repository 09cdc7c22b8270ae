import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { createDraft, placeOf } from './draft.ts';
import { failureReader, isNoise } from './failure.ts';
import { namespaceOf } from './request.ts';
import { int } from './values.ts';

const NAMED =
  /^(?:Waiting for )?(?<kind>deployment|daemon set|DaemonSet) "?(?<name>[a-z0-9.-]{1,253})"? (?:rollout to finish|successfully rolled out|exceeded its progress deadline)/;
const UPDATED = /: (\d{1,9}) out of (\d{1,9}) new (?:replicas|pods) have been updated/;
const AVAILABLE = /: (\d{1,9}) of (\d{1,9}) updated (?:replicas|pods) are available/;
const DONE = / successfully rolled out$/;
const DEADLINE = /^(?:error: )?deployment "[^"]{1,253}" exceeded its progress deadline/;
/** What says nothing of numbers: the line before, or a StatefulSet, which is not named. */
const OTHER =
  /^(?:Waiting for (?:deployment spec update to be observed|daemon set spec update to be observed|statefulset spec update to be observed|\d{1,9} pods to be ready|partitioned roll out to finish)|waiting for statefulset rolling update|statefulset rolling update complete|partitioned roll out complete|error: (?:timed out waiting for the condition|context deadline exceeded|watch closed))/;

const namedIn = (line: string): Readonly<Record<string, string>> | undefined =>
  NAMED.exec(line.replace(/^error: /, ''))?.groups;

/**
 * How far a rollout has come. Each named Deployment or DaemonSet becomes a partial object, by the last line about it:
 * the replicas it wants, how many are updated and available, and that it exceeded its deadline.
 *
 * Command: `kubectl rollout status deployment/web`.
 * Versions: kubectl 1.3 to 1.36.
 * Sample:
 *
 *     Waiting for deployment "web" rollout to finish: 1 of 3 updated replicas are available...
 *     error: deployment "web" exceeded its progress deadline
 *
 * Empty: nothing printed says nothing.
 */
export default defineParser({
  kind: 'kubectl-rollout',
  reads: '`kubectl rollout status`',
  // Before the reader of failures: the deadline is an error of the rollout, not of kubectl.
  priority: 30,
  matches: (command) => {
    const { tool, words } = effectiveCommand(command);
    return tool === 'kubectl' && words[0] === 'rollout' && words[1] === 'status';
  },
  // The entry point of Kube-OVN waits for a rollout, and then writes its log.
  sniff: (head) =>
    !head.slice(0, 8).some((line) => /^(?:[IWEF]\d{4} \d\d:|\d{4}-\d\d-\d\d[T ]\d\d:)/.test(line)) &&
    head.slice(0, 5).some((line) => namedIn(line.trim()) !== undefined && /rollout|rolled|deadline/.test(line)),
  parse: (lines, { origin, emit }) => {
    const namespace = namespaceOf(origin);
    const failures = failureReader(origin, emit);
    const last = new Map<string, ReturnType<typeof createDraft>>();
    const firstLine = new Map<string, number>();
    const wantedOf = new Map<string, number>();
    lines.forEach((raw, index) => {
      const line = raw.trim();
      if (line === '' || isNoise(line) || OTHER.test(line)) return;
      const named = namedIn(line);
      if (named === undefined) {
        if (!failures.take(raw, index))
          emit.unread(origin, 'no line of `kubectl rollout status`', origin.firstLine + index);
        return;
      }
      const isDeployment = named['kind'] === 'deployment';
      const key = `${named['kind']} ${named['name']}`;
      const draft = last.get(key) ?? createDraft(isDeployment ? 'Deployment' : 'DaemonSet');
      const at = { line: origin.firstLine + index, text: line };
      if (!last.has(key)) firstLine.set(key, at.line);
      last.set(key, draft);
      draft.set(['metadata', 'name'], named['name'], at);
      draft.set(['metadata', 'namespace'], namespace, at);
      const updated = UPDATED.exec(line);
      const available = AVAILABLE.exec(line);
      const all = int((updated ?? available)?.[2]);
      // Done: kubectl says so only when all are there, and says no number.
      const wanted = DONE.test(line) ? wantedOf.get(key) : undefined;
      if (all !== undefined) wantedOf.set(key, all);
      if (isDeployment) {
        draft.set(['spec', 'replicas'], all, at);
        draft.set(['status', 'updatedReplicas'], int(updated?.[1]) ?? wanted, at);
        draft.set(['status', 'availableReplicas'], int(available?.[1]) ?? wanted, at);
        if (DEADLINE.test(line)) {
          const condition = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: line };
          for (const [field, value] of Object.entries(condition))
            draft.set(['status', 'conditions', 0, field], value, at);
        }
      } else {
        draft.set(['status', 'desiredNumberScheduled'], all, at);
        draft.set(['status', 'updatedNumberScheduled'], int(updated?.[1]) ?? wanted, at);
        // Ready for minReadySeconds, which hardly a DaemonSet sets.
        draft.set(['status', 'numberReady'], int(available?.[1]) ?? wanted, at);
      }
    });
    for (const [key, draft] of last)
      emit.object(origin, draft.object, placeOf(draft, 'row', firstLine.get(key) ?? origin.firstLine));
  },
});
