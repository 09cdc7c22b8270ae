import { fieldsOf, textOf } from '../../lib/untyped.ts';
import { parseYaml } from '../../parsers/kubernetes/yaml-schema.ts';
import { defineCheck } from '../check.ts';

/** The lists of the ConfigMap, and the key of each that names whom an entry is about. */
const LISTS = [
  { list: 'mapRoles', key: 'rolearn', resource: 'role' },
  { list: 'mapUsers', key: 'userarn', resource: 'user' },
] as const;

const ARN =
  /^arn:[\w-]{1,20}:(?<service>iam|sts)::\d{12}:(?<resource>[\w-]{1,40})\/(?<path>.{0,512}\/)?(?<name>[^/]{1,128})$/;

/** What the authenticator does not take in an entry, and what stands there instead; undefined where nothing is wrong. */
function faultOf(entry: unknown, { list, key, resource }: (typeof LISTS)[number]): string | undefined {
  const fields = fieldsOf(entry);
  const arn = textOf(fields[key]);
  if (arn === undefined) {
    const meant = Object.keys(fields).find((name) => /arn$/i.test(name));
    return meant === undefined
      ? undefined
      : `${meant} of ${textOf(fields[meant]) ?? 'an entry'} is not read there: the key is ${key}, in small letters`;
  }
  const parts = ARN.exec(arn.trim())?.groups;
  if (parts === undefined) return undefined;
  const { resource: what = '', path = '', name = '' } = parts;
  if (what === 'assumed-role')
    return `the ARN of ${what}/${path.slice(0, -1)} is that of a session: ${key} needs that of the role (iam, role/NAME)`;
  if (what !== resource) return `the ARN of ${what} ${name} is of no effect in ${list}`;
  // Of roles the session's ARN is compared, which has no path.
  if (resource === 'role' && path !== '')
    return `the ARN of role ${name} has the path ${path}, with which it is never found: ${key} needs role/${name}`;
  return undefined;
}

export default defineCheck({
  id: 'iam-mapping-invalid',
  layer: 4,
  title: 'The entries of aws-auth can be found',
  failureTitle: 'An entry of the ConfigMap aws-auth maps nobody',
  why: 'The authenticator of EKS compares the ARN of whoever calls with rolearn and userarn, letter by letter. An entry with another key, the ARN of a session, or the path of a role is never found: people are Unauthorized, nodes do not register.',
  fix: ['Correct the entry: eksctl create iamidentitymapping, or kubectl -n kube-system edit configmap aws-auth'],
  next: ['kubectl -n kube-system get configmap aws-auth -o yaml', 'aws sts get-caller-identity'],
  severity: 'warning',
  confidence: 'high',
  needs: ['configMaps'],
  *run({ configMaps }, { snapshot }) {
    for (const map of configMaps) {
      if (map.metadata.name !== 'aws-auth' || map.metadata.namespace !== 'kube-system') continue;
      for (const kind of LISTS) {
        const text = map.data?.[kind.list];
        if (text === undefined) continue;
        const entries = entriesIn(text);
        const faults =
          entries === undefined
            ? ['it is no list in YAML: none of its entries counts']
            : entries.flatMap((entry) => faultOf(entry, kind) ?? []);
        if (faults.length === 0) continue;
        yield {
          subject: snapshot.subject(map),
          variant: kind.list,
          ...(entries === undefined ? { severity: 'critical' as const } : {}),
          message: `${kind.list} of ConfigMap aws-auth: ${faults.slice(0, 4).join('; ')}`,
          evidence: [snapshot.quote(map, `/data/${kind.list}`)],
        };
      }
    }
  },
});

/** The entries of a list that is written as YAML in a text; undefined where it is none. */
function entriesIn(text: string): readonly unknown[] | undefined {
  try {
    const read = parseYaml(text) ?? [];
    return Array.isArray(read) ? read : undefined;
  } catch {
    return undefined;
  }
}
