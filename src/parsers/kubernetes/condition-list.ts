import { kubectlRequest, namespaceOf } from '../kubectl/request.ts';
import { defineParser } from '../parser.ts';
import type { CustomCondition } from '../records.ts';
import { quote } from '../quote.ts';
import { fieldsOf, wordOf, type Fields } from './kind-of.ts';

/** The value of a text that is JSON; undefined for any other. */
function jsonOf(lines: readonly string[]): unknown {
  try {
    return JSON.parse(lines.join('\n'));
  } catch {
    return undefined;
  }
}

/** Contour lists what is wrong below a condition that only says that something is. */
function messagesOf(condition: Fields): string | undefined {
  const below = Array.isArray(condition['errors']) ? condition['errors'] : [];
  const said = [condition, ...below].flatMap((one) => wordOf(fieldsOf(one)?.['message']) ?? []);
  return said.length === 0 ? undefined : said.join('; ');
}

/** `Httpproxy` of `httpproxies.projectcontour.io`: the best that a resource's name tells of its kind. */
function kindFrom(resource: string): string {
  const [bare = ''] = resource.split('.', 1);
  const single = bare.endsWith('ies') ? `${bare.slice(0, -3)}y` : bare.replace(/s$/, '');
  return single === 'httpproxy' ? 'HTTPProxy' : single.charAt(0).toUpperCase() + single.slice(1);
}

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
    const value = jsonOf(lines);
    if (name === undefined || resource === undefined || !Array.isArray(value)) {
      emit.unread(origin, 'no list of conditions of one object', origin.firstLine);
      return;
    }
    const namespace = namespaceOf(origin);
    const conditions = value.flatMap((one): readonly CustomCondition[] => {
      const condition = fieldsOf(one);
      const [type, status] = [wordOf(condition?.['type']), wordOf(condition?.['status'])];
      if (condition === undefined || type === undefined || status === undefined) return [];
      const [reason, message] = [wordOf(condition['reason']), messagesOf(condition)];
      const at = lines.findIndex((line) => message !== undefined && line.includes(message.slice(0, 30)));
      return [
        {
          type,
          status,
          ...(reason && { reason }),
          ...(message && { message }),
          source: quote(origin, Math.max(0, at), message ?? type),
        },
      ];
    });
    emit.fact('customResources', {
      source: quote(origin, 0, lines[0] ?? ''),
      resourceKind: kindFrom(resource),
      name,
      ...(namespace === undefined ? {} : { namespace }),
      conditions,
    });
  },
});
