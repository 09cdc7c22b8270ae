/** Selectors as they stand in a query: `labelSelector=app in (a,b),!old` and `fieldSelector=spec.nodeName=worker-1`. */
import { matchesRequirement } from '../lib/labels.ts';
import { valueAt, type Fields } from '../lib/untyped.ts';

const SET = /^([\w./-]{1,317}) (in|notin) ?\(([^()]*)\)$/;
const EQUAL = /^([\w./-]{1,317})(==|=|!=)(.*)$/;

/** Splits at commas outside of parentheses. */
function termsOf(selector: string): string[] {
  const terms: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= selector.length; i++) {
    const char = selector[i];
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (i < selector.length && (char !== ',' || depth > 0)) continue;
    terms.push(selector.slice(from, i).trim());
    from = i + 1;
  }
  return terms.filter((term) => term !== '');
}

/** True when the labels fit; a term that is not understood fits nothing. */
export function matchesLabelSelector(selector: string, labels: Readonly<Record<string, string>> | undefined): boolean {
  return termsOf(selector).every((term) => {
    const set = SET.exec(term);
    if (set !== null) {
      const values = (set[3] ?? '').split(',').map((value) => value.trim());
      return matchesRequirement({ key: set[1] ?? '', operator: set[2] === 'in' ? 'In' : 'NotIn', values }, labels);
    }
    const equal = EQUAL.exec(term);
    if (equal !== null) {
      const operator = equal[2] === '!=' ? 'NotIn' : 'In';
      return matchesRequirement({ key: equal[1] ?? '', operator, values: [equal[3] ?? ''] }, labels);
    }
    const absent = term.startsWith('!');
    const key = absent ? term.slice(1).trim() : term;
    return matchesRequirement({ key, operator: absent ? 'DoesNotExist' : 'Exists' }, labels);
  });
}

/** Of whom an event is, tables tell without the uid: what they leave out fits. */
const OFTEN_UNKNOWN = /^involvedObject\.(?:uid|apiVersion|resourceVersion|fieldPath)$/;

/** True when every field has (or with `!=` has not) its value; a field that is missing is the empty text. */
export function matchesFieldSelector(selector: string, object: Fields): boolean {
  return termsOf(selector).every((term) => {
    const parts = EQUAL.exec(term);
    if (parts === null) return false;
    const value = valueAt(object, parts[1] ?? '');
    if (value === undefined && OFTEN_UNKNOWN.test(parts[1] ?? '')) return true;
    const text =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
    return (text === parts[3]) === (parts[2] !== '!=');
  });
}
