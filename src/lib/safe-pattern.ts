/** Regular expressions from files: compiled only when no input can make them explode. */

/** Longer patterns are refused: nobody can review them. */
export const MAX_PATTERN_LENGTH = 500;

/**
 * Unbounded quantifiers over atoms that match nearly everything (`.*`, `[^"]+`, `\S+`). Each one that fails to match
 * can multiply the work by the length of the line, so their number is bounded; `.{0,200}` is the cheap alternative.
 */
export const MAX_WIDE_QUANTIFIERS = 6;

interface Group {
  unbounded: boolean;
  /** An alternation makes `(a|ab)*` as dangerous as `(a+)*`. */
  alternatives: boolean;
}

/**
 * Compiles an ECMAScript pattern, or says in words why it will not. Refused: what does not compile, is too long, has a
 * repeated group with a repetition or alternatives inside (`(a+)*`, `(a|b)+`: exponential time), a back-reference, or
 * too many unbounded wide quantifiers (polynomial time).
 */
export function compileSafePattern(source: string, flags = ''): RegExp {
  if (source.length > MAX_PATTERN_LENGTH) {
    throw new Error(`the pattern has ${source.length} characters, more than ${MAX_PATTERN_LENGTH}`);
  }
  const pattern = new RegExp(source, flags);
  const stack: Group[] = [{ unbounded: false, alternatives: false }];
  let closed: Group | undefined; // the group that ended just before the current character
  let wide = false; // the previous atom matches nearly everything
  let wideQuantifiers = 0;
  for (let i = 0; i < source.length; i++) {
    const char = source[i]!;
    const top = stack[stack.length - 1]!;
    const quantifier = /^(?:[*+]|\{\d+,\}|\{\d+(?:,\d+)?\}|\?)/.exec(source.slice(i, i + 16))?.[0];
    if (quantifier !== undefined && i > 0) {
      const unbounded = quantifier === '*' || quantifier === '+' || quantifier.endsWith(',}');
      const repeats = unbounded || quantifier.startsWith('{');
      if (closed !== undefined && repeats && closed.unbounded) {
        throw new Error(`nested quantifiers near "${source.slice(Math.max(0, i - 20), i + 1)}"`);
      }
      if (closed !== undefined && unbounded && closed.alternatives) {
        throw new Error(`a repeated alternation near "${source.slice(Math.max(0, i - 20), i + 1)}"`);
      }
      if (unbounded) {
        top.unbounded = true;
        if (wide) wideQuantifiers++;
      }
      i += quantifier.length - 1;
      if (source[i + 1] === '?') i++; // lazy
      closed = undefined;
      wide = false;
      continue;
    }
    closed = undefined;
    wide = false;
    if (char === '\\') {
      const escaped = source[i + 1] ?? '';
      if (/[1-9k]/.test(escaped)) throw new Error('back-references are not supported');
      wide = 'SDW'.includes(escaped);
      i++;
    } else if (char === '[') {
      wide = source[i + 1] === '^';
      const start = i;
      for (i++; i < source.length && (source[i] !== ']' || i === start + 1); i++) if (source[i] === '\\') i++;
    } else if (char === '(') {
      stack.push({ unbounded: false, alternatives: false });
      const opening = /^\((?:\?(?:<?[=!]|:|<\w+>))?/.exec(source.slice(i, i + 80))![0];
      i += opening.length - 1;
    } else if (char === ')') {
      closed = stack.pop();
      const parent = stack[stack.length - 1];
      if (closed === undefined || parent === undefined) break;
      parent.unbounded ||= closed.unbounded;
      parent.alternatives ||= closed.alternatives;
    } else if (char === '|') {
      top.alternatives = true;
    } else {
      wide = char === '.';
    }
  }
  if (wideQuantifiers > MAX_WIDE_QUANTIFIERS) {
    throw new Error(
      `${wideQuantifiers} unbounded wide quantifiers (.* and the like), more than ${MAX_WIDE_QUANTIFIERS}`,
    );
  }
  return pattern;
}
