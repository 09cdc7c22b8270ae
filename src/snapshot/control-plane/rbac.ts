/** Why a ServiceAccount lacks a right, as far as roles and bindings of the bundle show it. */
import type { Evidence } from '../../parsers/records.ts';
import type { ObjectOf } from '../kinds/index.ts';
import type { Ref } from '../ref.ts';
import type { Snapshot } from '../snapshot.ts';

type Binding = ObjectOf<'roleBindings'> | ObjectOf<'clusterRoleBindings'>;
type Rule = NonNullable<ObjectOf<'clusterRoles'>['rules']>[number];

interface Right {
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
}

interface WhyNot {
  /** A half-sentence. */
  readonly words: string;
  readonly evidence: Evidence;
  readonly related: readonly Ref[];
}

const spelled = ({ kind, metadata }: Binding): string =>
  `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;

/** `pods/log` is a resource of its own; a star is all of them. */
const covers = (rule: Rule, { resource, group }: Right): boolean =>
  (rule.resources ?? []).some(
    (one) => one === '*' || one === resource || one === `*/${resource.split('/')[1] ?? ''}`,
  ) &&
  (group === '' || rule.apiGroups === undefined || rule.apiGroups.some((one) => one === '*' || one === group));

/** Bindings that name the account, and those made for one of the same name elsewhere. */
function bindingsOf(snapshot: Snapshot, namespace: string, account: string) {
  const all: readonly Binding[] = [...snapshot.list('clusterRoleBindings'), ...snapshot.list('roleBindings')];
  const named = all.filter(({ subjects }) =>
    subjects?.some(({ kind, name }) => kind === 'ServiceAccount' && name === account),
  );
  const own = named.filter(({ subjects, metadata }) =>
    subjects?.some(
      (one) =>
        one.kind === 'ServiceAccount' &&
        one.name === account &&
        (one.namespace ?? metadata.namespace ?? namespace) === namespace,
    ),
  );
  return { own, strange: named.filter((binding) => !own.includes(binding)) };
}

/**
 * What is wrong between the account and the right that it lacks: a binding made for another namespace's account of that
 * name, a role that does not exist, or one without the verb or the resource. Undefined where the bundle does not show it.
 */
export function whyNoRight(snapshot: Snapshot, namespace: string, account: string, right: Right): WhyNot | undefined {
  const { own, strange } = bindingsOf(snapshot, namespace, account);
  const asked = `${right.verb} ${right.resource}`;
  for (const binding of own) {
    const { kind = '', name = '' } = binding.roleRef ?? {};
    const related = [
      { kind: binding.kind, name: binding.metadata.name, namespace: binding.metadata.namespace },
      { kind, name, namespace: kind === 'Role' ? binding.metadata.namespace : undefined },
    ].map((ref): Ref => ({
      kind: ref.kind,
      name: ref.name,
      ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
    }));
    const area = kind === 'Role' ? 'roles' : 'clusterRoles';
    const role = snapshot.get(area, kind === 'Role' ? binding.metadata.namespace : undefined, name);
    if (role === undefined) {
      if (name === '' || !snapshot.listed(area, binding.metadata.namespace)) continue;
      const words = `${spelled(binding)} gives it ${kind} ${name}, which does not exist`;
      return { words, evidence: snapshot.quote(binding, '/roleRef/name'), related };
    }
    if (role.rules === undefined) continue;
    const at = role.rules.findIndex((rule) => covers(rule, right));
    const verbs = [...new Set(role.rules.filter((rule) => covers(rule, right)).flatMap((rule) => rule.verbs ?? []))];
    if (at < 0)
      return {
        words: `its ${kind} ${name} (by ${spelled(binding)}) has no rule for ${right.resource}`,
        evidence: snapshot.quote(role, '/rules'),
        related,
      };
    if (!verbs.includes(right.verb) && !verbs.includes('*'))
      return {
        words: `its ${kind} ${name} (by ${spelled(binding)}) allows ${verbs.join(', ')} on ${right.resource} and not ${right.verb}`,
        evidence: snapshot.quote(role, `/rules/${at}/verbs`),
        related,
      };
    const rule = role.rules.find((one) => covers(one, right));
    if ((rule?.resourceNames ?? []).length > 0)
      return {
        words: `its ${kind} ${name} allows ${asked} of ${(rule?.resourceNames ?? []).slice(0, 3).join(', ')} only (resourceNames)`,
        evidence: snapshot.quote(role, `/rules/${at}/resourceNames`),
        related,
      };
    // A RoleBinding gives what it gives in its own namespace, whatever it binds.
    if (binding.kind === 'RoleBinding')
      return {
        words: `${spelled(binding)} allows it in namespace ${binding.metadata.namespace ?? ''} only`,
        evidence: snapshot.quote(binding, '/roleRef/name'),
        related,
      };
  }
  const [wrong] = strange;
  const index = wrong?.subjects?.findIndex(({ name }) => name === account) ?? -1;
  const subject = wrong?.subjects?.[index];
  if (wrong === undefined || subject === undefined || own.length > 0) return undefined;
  return {
    words: `${spelled(wrong)} is made for ServiceAccount ${subject.namespace ?? wrong.metadata.namespace ?? ''}/${account}, which is another one`,
    evidence: snapshot.quote(wrong, `/subjects/${index}/namespace`),
    related: [
      {
        kind: wrong.kind,
        name: wrong.metadata.name,
        ...(wrong.metadata.namespace === undefined ? {} : { namespace: wrong.metadata.namespace }),
      },
    ],
  };
}
