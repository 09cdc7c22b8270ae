import { defined } from '../../lib/defined.ts';
import { fieldsOf, objectsOf, parseJson, textOf, type Fields } from '../../lib/untyped.ts';
import { jsonBase } from '../json-place.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { outcomeOf } from './outcome.ts';

/** Troubleshoot's DNS collector: a pod asked for `kubernetes` and for a name that does not exist. */
function readDns(root: Fields, { origin, emit }: ParserContext): number {
  const asked = fieldsOf(fieldsOf(root['query'])['kubernetes']);
  const target = textOf(asked['name']);
  if (target === undefined) return 0;
  const address = textOf(asked['address']);
  emit.fact('probes', {
    ...jsonBase(origin, ['query', 'kubernetes'], asked),
    tool: 'dig',
    target,
    outcome: address === undefined ? 'unresolved' : 'ok',
    ...defined({ address }),
  });
  return 1;
}

/** Goldpinger: every pod calls every other; only what did not get through is of interest, and that the rest did. */
function readGoldpinger(root: Fields, { origin, emit }: ParserContext): number {
  let calls = 0;
  for (const [from, caller] of Object.entries(fieldsOf(root['responses']))) {
    const results = fieldsOf(fieldsOf(fieldsOf(caller)['response'])['podResults']);
    for (const [to, value] of Object.entries(results)) {
      const result = fieldsOf(value);
      if (typeof result['OK'] !== 'boolean') continue;
      calls++;
      const address = textOf(result['PodIP']) ?? textOf(result['HostIP']);
      const words = textOf(result['error']) ?? '';
      emit.fact('probes', {
        ...jsonBase(origin, ['responses', from, 'response', 'podResults', to, 'OK'], result['OK']),
        tool: 'goldpinger',
        from: { pod: from },
        target: address ?? to,
        outcome: result['OK'] ? 'ok' : (outcomeOf(words) ?? 'failed'),
        ...defined({ address }),
      });
    }
  }
  return calls + objectsOf(root['hosts']).length;
}

/**
 * Who reaches whom, as programs inside the cluster tried it.
 *
 * Command: none; `dns/debug.json` and `goldpinger/check_all.json` of Troubleshoot, `GET /check_all` of Goldpinger.
 * Versions: Troubleshoot 0.90 and later, Goldpinger 3.
 * Sample:
 *
 *     {"kubernetesClusterIP": "10.96.0.1", "query": {"kubernetes": {"name": "kubernetes", "address": ""}}}
 *
 * Empty: without answers nothing was tried.
 */
export default defineParser({
  kind: 'reach-json',
  reads: 'dns/debug.json of Troubleshoot, check_all of Goldpinger',
  priority: 10,
  sniff(head) {
    const text = head.slice(0, 200).join('\n').trimStart();
    return (
      /^\{\s{0,40}"kubernetesClusterIP"\s*:/.test(text) ||
      (/^\{\s{0,40}"(?:hosts|responses|dnsResults)"\s*:/.test(text) && /"podResults"\s*:|"podName"\s*:/.test(text))
    );
  },
  parse(lines, context) {
    const root = fieldsOf(parseJson(lines.join('\n')));
    if (readDns(root, context) + readGoldpinger(root, context) === 0)
      context.emit.unread(context.origin, 'no answer in it');
  },
});
