/** Rows of role bindings. */
import type { RowMapper } from './row.ts';

/** NAME ROLE AGE [USERS GROUPS SERVICEACCOUNTS]; ROLE is `ClusterRole/view`, the accounts `shop/api, shop/web`. */
export const roleBindingRow: RowMapper = (row) => {
  const [kind, name] = (row.value('ROLE') ?? '').split('/');
  if (name !== undefined) {
    row.set(['roleRef', 'kind'], kind);
    row.set(['roleRef', 'name'], name);
  }
  let count = 0;
  const add = (column: string, of: string): void => {
    for (const one of (row.value(column) ?? '').split(/,\s{0,3}/)) {
      if (one === '') continue;
      const slash = of === 'ServiceAccount' ? one.indexOf('/') : -1;
      const at = ['subjects', count++];
      row.set([...at, 'kind'], of);
      row.set([...at, 'name'], one.slice(slash + 1));
      if (slash > 0) row.set([...at, 'namespace'], one.slice(0, slash));
    }
  };
  add('USERS', 'User');
  add('GROUPS', 'Group');
  add('SERVICEACCOUNTS', 'ServiceAccount');
};
