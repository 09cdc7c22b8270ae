/** Label selectors as the API defines them. */
type Labels = Readonly<Record<string, string>> | undefined;
interface Requirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}
export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly Requirement[];
}

/** True when every `key: value` is among the labels. An empty or missing map matches nothing (a Service without selector). */
export function matchesLabels(selector: Labels, labels: Labels): boolean {
  let any = false;
  for (const key in selector) {
    if (labels?.[key] !== selector[key]) return false;
    any = true;
  }
  return any;
}

/** One requirement of a selector: In, NotIn, Exists, DoesNotExist, and Gt, Lt of node affinity. */
export function matchesRequirement(requirement: Requirement, labels: Labels): boolean {
  const value = labels?.[requirement.key ?? ''];
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** A selector without conditions, which the API takes for everything. */
export const isEmptySelector = ({ matchLabels = {}, matchExpressions = [] }: Selector): boolean =>
  Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;

/** A LabelSelector: missing matches nothing, empty matches everything. */
export function matchesSelector(selector: Selector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels?.[key] === value) &&
    (selector.matchExpressions ?? []).every((requirement) => matchesRequirement(requirement, labels))
  );
}
