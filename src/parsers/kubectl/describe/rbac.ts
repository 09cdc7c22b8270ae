/** Descriptions of roles and of what binds them. */
import { value } from '../values.ts';
import type { Draft } from '../draft.ts';
import { find, put, rowsBelow, type Block } from './block.ts';

/** `[get list watch]` or `[]`. */
const bracketed = (cell: string | undefined): readonly string[] =>
  (cell ?? '').replace(/^\[/, '').replace(/\]$/, '').split(/\s+/).filter(Boolean);

/** `PolicyRule:` with Resources, Non-Resource URLs, Resource Names and Verbs; a resource is `pods` or `deployments.apps`. */
export function describeRole(block: Block, draft: Draft): void {
  const rules = find(block.entries, 'PolicyRule');
  if (rules === undefined) return;
  draft.set(['rules'], [], rules);
  let count = 0;
  for (const row of rowsBelow(block, rules.children)) {
    const [resource = '', ...group] = (value(row.cells.get('resources')) ?? '').split('.');
    if (resource === '') continue;
    const at = ['rules', count++];
    draft.set([...at, 'resources'], [resource], row);
    draft.set([...at, 'apiGroups'], [resource === '*' ? '*' : group.join('.')], row);
    const named = bracketed(row.cells.get('resource names'));
    if (named.length > 0) draft.set([...at, 'resourceNames'], named, row);
    draft.set([...at, 'verbs'], bracketed(row.cells.get('verbs')), row);
  }
}

/** `Role:` with Kind and Name, `Subjects:` with Kind, Name and Namespace. */
export function describeRoleBinding(block: Block, draft: Draft): void {
  const role = find(block.entries, 'Role')?.children ?? [];
  put(draft, ['roleRef', 'kind'], find(role, 'Kind'));
  put(draft, ['roleRef', 'name'], find(role, 'Name'));
  const subjects = find(block.entries, 'Subjects');
  if (subjects === undefined) return;
  draft.set(['subjects'], [], subjects);
  rowsBelow(block, subjects.children).forEach((row, i) => {
    for (const field of ['kind', 'name', 'namespace'])
      draft.set(['subjects', i, field], value(row.cells.get(field)) || undefined, row);
  });
}
