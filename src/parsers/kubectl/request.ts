/** What a kubectl command line asks for. */
import { areaOfResource, KINDS, type ObjectArea } from '../../snapshot/kinds/index.ts';
import type { Command, Origin } from '../records.ts';

export interface KubectlRequest {
  /** get, describe, top, logs, apply … */
  readonly verb: string;
  /** Resources as typed (`pods`, `deploy`), one for `get pods`, several for `get pods,svc` and `get all`. */
  readonly resources: readonly string[];
  /** The kind asked for, when there is just one and the snapshot knows it. */
  readonly area?: ObjectArea;
  readonly names: readonly string[];
  readonly namespace?: string;
  readonly allNamespaces: boolean;
  /** A name, a selector, a limit or a pipe let only a part through. */
  readonly narrowed: boolean;
  readonly output?: string;
}

const NARROWING = ['selector', 'field-selector', 'limit', 'filename', 'for', 'types', '|'];
/** Pipes that change the form and lose no rows. */
const HARMLESS_PIPE = /^(?:cat|more|less|tee|column|sort|nl)\b[^|]*$/;

/** The request in a kubectl command, or undefined when the command is another tool's or has no verb. */
export function kubectlRequest(command: Command | undefined): KubectlRequest | undefined {
  if (command?.tool !== 'kubectl') return undefined;
  const dashes = command.words.indexOf('--');
  const words = dashes < 0 ? command.words : command.words.slice(0, dashes);
  // `oc adm top`, `kubectl alpha events` and `kubectl rollout status` keep their second word as an argument.
  const [verb = '', ...args] = words[0] === 'adm' || words[0] === 'alpha' ? words.slice(1) : words;
  if (verb === '') return undefined;
  let resources: string[] = [];
  const names: string[] = [];
  if (args.some((arg) => arg.includes('/'))) {
    for (const arg of args) {
      const slash = arg.indexOf('/');
      if (slash < 0) continue;
      resources.push(arg.slice(0, slash));
      names.push(arg.slice(slash + 1));
    }
    resources = [...new Set(resources)];
  } else {
    resources = (args[0] ?? '').split(',').filter((word) => word !== '');
    names.push(...args.slice(1));
  }
  if (verb === 'events') resources = ['events'];
  const text = (flag: string): string | undefined => {
    const value = command.flags[flag];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const pipe = text('|');
  const narrowed =
    names.length > 0 ||
    NARROWING.some((flag) => command.flags[flag] !== undefined && (flag !== '|' || !HARMLESS_PIPE.test(pipe ?? '')));
  const area = resources.length === 1 ? areaOfResource(resources[0] ?? '') : undefined;
  const namespace = text('namespace');
  const output = text('output');
  return {
    verb,
    resources,
    names,
    allNamespaces: command.flags['all-namespaces'] === true,
    narrowed,
    ...(area === undefined ? {} : { area }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(output === undefined ? {} : { output }),
  };
}

/** The namespace that a text is of where it does not say it: the command's, else that of its place or session. */
export const namespaceOf = (origin: Origin): string | undefined =>
  kubectlRequest(origin.command)?.namespace ?? origin.namespace;

/** The scope of a complete listing, or undefined when nothing tells it (the context's own namespace). */
export function listingScope(area: ObjectArea, origin: Origin): { readonly namespace?: string } | undefined {
  if (!KINDS[area].namespaced) return {};
  if (kubectlRequest(origin.command)?.allNamespaces === true) return {};
  const namespace = namespaceOf(origin);
  return namespace === undefined ? undefined : { namespace };
}
