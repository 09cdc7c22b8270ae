import { objectsOf, parseJson } from '../../lib/untyped.ts';
import { kindOfResource } from '../kubectl/custom-kinds.ts';
import { kubectlRequest, namespaceOf } from '../kubectl/request.ts';
import { defineParser } from '../parser.ts';
import type { CustomCondition } from '../records.ts';
import { quote } from '../quote.ts';
import { readCondition } from './condition.ts';

/** Characters of a message that find its line. */
const MESSAGE_START = 30;

/**
 * The conditions of one custom resource, cut out of it; those of kinds that the snapshot knows are read by
 * object-field.ts.
 *
 * Command: `kubectl get httpproxy web -o json | jq .status.conditions`.
 * Versions: kubectl 1.0 to 1.36; jq 1.5 to 1.8.
 * Sample:
 *
 *     [{"type": "Valid", "status": "False", "reason": "ErrorPresent", "message": "Secret not found"}]
 *
 * Empty: `[]` says that the object has none.
 */
export default defineParser({
  kind: 'condition-list',
  reads: 'kubectl get KIND NAME -o json | jq .status.conditions',
  priority: 3,
  sniff: (head, origin) => {
    const text = head.join('\n').trimStart();
    const names = kubectlRequest(origin.command)?.names;
    return (
      (names === undefined || names.length === 1) &&
      /^\[\s{0,40}\{/.test(text) &&
      /"type": ?"\w/.test(text) &&
      /"status": ?"(?:True|False|Unknown)"/.test(text) &&
      !text.includes('"metadata"')
    );
  },
  parse: (lines, { origin, emit }) => {
    const request = kubectlRequest(origin.command);
    const [name, resource] = [request?.names[0], request?.resources[0]];
    const value = parseJson(lines.join('\n'));
    if (name === undefined || resource === undefined || !Array.isArray(value)) {
      emit.unread(origin, 'no list of conditions of one object', origin.firstLine);
      return;
    }
    const namespace = namespaceOf(origin);
    const conditions = objectsOf(value).flatMap((one): readonly CustomCondition[] => {
      const said = readCondition(one);
      if (said === undefined) return [];
      const { words, place: _place, ...condition } = said;
      const at = lines.findIndex((line) => words !== undefined && line.includes(words.slice(0, MESSAGE_START)));
      return [{ ...condition, source: quote(origin, Math.max(0, at), condition.message ?? condition.type) }];
    });
    emit.fact('customResources', {
      source: quote(origin, 0, lines[0] ?? ''),
      resourceKind: kindOfResource(resource),
      name,
      ...(namespace === undefined ? {} : { namespace }),
      conditions,
    });
  },
});
