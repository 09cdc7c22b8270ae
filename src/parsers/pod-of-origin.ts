import { enteredPod } from './command.ts';
import type { Origin } from './records.ts';

/** The pod that `kubectl exec` put the command into, or in whose shell it was typed. */
export function podOfOrigin({
  command,
  pod: place,
  namespace,
}: Origin): { readonly namespace?: string; readonly name: string } | undefined {
  const entered = command === undefined ? undefined : enteredPod(command);
  const name = entered ?? (command?.tool === 'kubectl' ? undefined : place);
  const flag = command?.flags['namespace'];
  const scope = typeof flag === 'string' ? flag : entered === undefined ? namespace : undefined;
  return name === undefined ? undefined : { name, ...(scope === undefined ? {} : { namespace: scope }) };
}
