import type { Evidence } from '../../parsers/records.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';
import { reconciledIn } from '../../snapshot/logs/reconciled.ts';
import { evidenceOf } from '../../snapshot/quote.ts';
import { defineCheck } from '../check.ts';

/** What kubectl prints as an error of its own or of the API server. */
const REFUSED =
  /strict decoding error: .{1,300}|error validating data: .{1,300}|cannot be handled as a [A-Z]\w{2,60}: .{1,300}|error parsing .{1,200}: error converting YAML to JSON: .{1,200}/;

/** `* spec.containers[0].image: Required value`: reasons stand below the name, when they are several. */
const REASON =
  /^\s*(?:\* )?(?:spec|metadata)[.\w[\]/-]{1,200}: (?:Invalid value: |Required value|Forbidden: |Unsupported value: )/;

/** Of what a controller passes on of a dry run of many objects, from the first that is refused on. */
const FROM_ERROR = /(?:\\n|\n)error: .{1,4000}$/s;

/** The words of a line; a structured one in which objects that were accepted come first begins with its error. */
function wordsOf(line: string): string {
  const refused = FROM_ERROR.exec(line.includes('created (dry run)') ? line : '')?.[0];
  return refused === undefined ? parseLogLine(line).message : refused.replace(/^(?:\\n|\n)/, '').replaceAll('\\"', '"');
}

export default defineCheck({
  id: 'manifest-refused',
  layer: 1,
  title: 'Manifests are accepted',
  failureTitle: 'The API server refuses an object, for the reason that it names',
  why: 'A field has a wrong name or value, or may not be changed after creation; nothing of the manifest is applied.',
  fix: [
    'Correct the field that the message names. Fields that may not change (volumeClaimTemplates, selectors, clusterIP) need a new object, or the old one deleted first, a StatefulSet with --cascade=orphan.',
  ],
  next: ['kubectl apply --dry-run=server -f FILE', 'kubectl explain KIND.spec'],
  severity: 'warning',
  confidence: 'high',
  needs: [],
  needsAny: ['commandFailures', 'containerLogs'],
  reads: ['manifest-refused-line'],
  *run(_facts, { snapshot }) {
    const told: {
      readonly text: string;
      readonly evidence: Evidence;
      readonly kind?: string;
      readonly name?: string;
      readonly namespace?: string;
    }[] = [];
    for (const hit of snapshot.hits('manifest-refused-line')) {
      const { kind, name, why } = hit.groups;
      // What no manifest put there: clusterversion-refused tells of it.
      if (kind === 'ClusterVersion') continue;
      const below =
        kind === undefined || why !== undefined ? undefined : hit.first.around?.after.find((line) => REASON.test(line));
      told.push({
        // A controller that applies manifests says it in a structured line.
        text: [wordsOf(hit.first.text), ...(below === undefined ? [] : [below])].map((line) => line.trim()).join(' '),
        evidence: evidenceOf(hit)[0],
        ...(kind === undefined || name === undefined ? reconciledIn(hit.first.text) : { kind, name }),
      });
    }
    for (const { message, source } of snapshot.facts('commandFailures'))
      if (REFUSED.test(message)) told.push({ text: message, evidence: source });
    for (const { text, evidence, kind, name, namespace } of told)
      yield {
        subject: snapshot.named(kind ?? 'Manifest', name ?? 'a manifest', namespace === undefined ? {} : { namespace }),
        message: `The API server refuses ${kind === undefined ? 'a manifest' : `${kind} ${name ?? ''}`}: ${text.slice(0, 400)}`,
        evidence: [evidence],
      };
  },
});
