import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';
import { namespaceOf } from './request.ts';

/** `no` may have its reason behind it, as the authorizer that decided tells it. */
const ANSWER = /^(yes|no)(?: - .{1,300})?$/;

/**
 * Whether an account may do something, as the API server answers.
 *
 * Command: `kubectl auth can-i list pods -n shop --as=system:serviceaccount:shop:web`.
 * Versions: kubectl 1.6 to 1.36; `--list` prints a table, which is not read.
 * Sample:
 *
 *     no - no RBAC policy matched
 *
 * Empty: with `--quiet` nothing is printed, which says nothing.
 */
export default defineParser({
  kind: 'access-review',
  reads: '`kubectl auth can-i`',
  priority: 3,
  sniff: (head, { command }) => {
    if (command === undefined) return false;
    const { tool, words } = effectiveCommand(command);
    return (
      tool === 'kubectl' && words[0] === 'auth' && words[1] === 'can-i' && head.some((line) => ANSWER.test(line.trim()))
    );
  },
  parse: (lines, { origin, emit }) => {
    if (origin.command === undefined) return;
    const { words, flags } = effectiveCommand(origin.command);
    const [verb = '', resource = ''] = words.slice(2);
    const account = flags['as'];
    const namespace = namespaceOf(origin);
    const at = lines.findIndex((line) => ANSWER.test(line.trim()));
    const answer = lines[at];
    if (answer === undefined || verb === '') return;
    emit.fact('accessReviews', {
      ...factBase(origin, at, answer),
      verb,
      resource,
      allowed: answer.trim().startsWith('yes'),
      ...(typeof account === 'string' ? { account } : {}),
      ...(namespace === undefined ? {} : { namespace }),
    });
  },
});
