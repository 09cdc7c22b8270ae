/**
 * The namespace in which kubectl ran where no flag named one: that of its context. A session tells it by a command that
 * set it, by the prompt, or by what other commands without a flag printed.
 */
import type { Command } from '../records.ts';
import { kubectlRequest } from './request.ts';

/** One command of a terminal session, and what it printed. */
export interface Step {
  readonly command: Command | undefined;
  /** What the prompt showed. */
  readonly shown: string | undefined;
  readonly lines: readonly string[];
}

const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** `kubectl describe`, and the answer to an empty `kubectl get`. */
const STATED = /^(?:Namespace:\s{1,40}(\S{1,63})|No resources found in (\S{1,63}) namespace\.?)\s*$/;

/**
 * The context's namespace for each step that ran in it; undefined where a flag says where it ran, where nothing tells,
 * and where the session contradicts itself.
 */
export function contextNamespaces(steps: readonly Step[]): readonly (string | undefined)[] {
  const out: (string | undefined)[] = [];
  let from = 0;
  let set: string | undefined;
  const close = (to: number): void => {
    const stretch = steps.slice(from, to);
    const told = new Set(set === undefined ? stretch.flatMap(statedIn) : [set]);
    const [only] = told.size === 1 ? told : [];
    for (const step of stretch) out.push(inContext(step) ? (step.shown ?? only) : undefined);
  };
  steps.forEach((step, i) => {
    const change = switched(step.command);
    if (change === undefined) return;
    close(i);
    from = i;
    set = change.namespace;
  });
  close(steps.length);
  return out;
}

/** What a command makes of the context: its new namespace, or another context, whose namespace nobody knows. */
function switched(command: Command | undefined): { readonly namespace: string | undefined } | undefined {
  if (command === undefined) return undefined;
  const { tool, words, flags } = command;
  const [verb, what, name] = words;
  const to = (namespace: string | true | undefined) => ({
    namespace: typeof namespace === 'string' && NAMESPACE.test(namespace) ? namespace : undefined,
  });
  if (tool === 'kubens') return verb === undefined ? undefined : to(verb);
  if (tool === 'kubectx') return verb === undefined ? undefined : to(undefined);
  if (tool !== 'kubectl') return undefined;
  if (verb === 'ns' || verb === 'project') return what === undefined ? undefined : to(what);
  if (verb === 'ctx') return what === undefined ? undefined : to(undefined);
  if (verb !== 'config') return undefined;
  if (what === 'use-context' || what === 'use') return to(undefined);
  if (what === 'set-context' && flags['namespace'] !== undefined && (flags['current'] === true || name === undefined))
    return to(flags['namespace']);
  return undefined;
}

const ELSEWHERE = ['context', 'kubeconfig', 'cluster', 'server'];

/** Whether a step ran in the context's namespace. */
function inContext({ command }: Step): boolean {
  const request = kubectlRequest(command);
  if (command === undefined || request === undefined || request.namespace !== undefined) return false;
  return !request.allNamespaces && !ELSEWHERE.some((flag) => command.flags[flag] !== undefined);
}

function statedIn(step: Step): readonly string[] {
  if (!inContext(step)) return [];
  return step.lines.flatMap((line) => {
    const [, described, empty] = STATED.exec(line) ?? [];
    const namespace = described ?? empty ?? '';
    return NAMESPACE.test(namespace) ? [namespace] : [];
  });
}
