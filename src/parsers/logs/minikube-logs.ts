import { defineParser } from '../parser.ts';
import type { Command } from '../records.ts';
import { parseCommand } from '../command.ts';
import { programHint } from './program.ts';

/** `==> kube-apiserver [4f1c9d0e] <==`, older with a star in front. */
const SECTION = /^(?:\* )?==> (.{1,80}?)(?: \[[^\]]{1,80}\])?(?: \([^)]{1,80}\))? <==$/;
/** Sections that are a command's output. */
const COMMANDS: Readonly<Record<string, string>> = {
  'describe nodes': 'kubectl describe nodes',
  'container status': 'crictl ps -a',
  dmesg: 'dmesg',
  kubelet: 'journalctl -u kubelet',
  containerd: 'journalctl -u containerd',
  'CRI-O': 'journalctl -u crio',
  Docker: 'journalctl -u docker',
};

/**
 * One text with a section for each component. Each section is read as what it is.
 *
 * Command: `minikube logs`.
 * Versions: minikube 1.0 to 1.37.
 * Sample:
 *
 *     ==> Audit <==
 *     ==> coredns [4f1c9d0e] <==
 *     .:53
 *
 * Empty: an empty section means that the component wrote nothing.
 */
export default defineParser({
  kind: 'minikube-logs',
  divides: true,
  reads: 'minikube logs',
  priority: 12,
  matches: ({ tool, words }) => tool === 'minikube' && words[0] === 'logs',
  sniff: (head) =>
    head
      .slice(0, 5)
      .some((line) =>
        /^(?:\* )?==> (?:Audit|Docker|coredns|containerd|CRI-O|attach|container status|describe nodes|dmesg|etcd|kernel|kubelet|kube-[a-z-]{5,20}|storage-provisioner)\b.{0,100}<==$/.test(
          line,
        ),
      ),
  parse(lines, { origin, emit }) {
    let title: string | undefined;
    let from = 0;
    const close = (end: number): void => {
      // Blank lines part the sections and belong to none.
      const to = from + lines.slice(from, end).findLastIndex((line) => !/^\s*\*?\s*$/.test(line)) + 1;
      if (title === undefined || to === from) return;
      const { command: _whole, ...rest } = origin;
      const command: Command | undefined = Object.hasOwn(COMMANDS, title) ? parseCommand(COMMANDS[title]!) : undefined;
      const program = command === undefined ? programHint(title) : undefined;
      emit.text(
        {
          ...rest,
          firstLine: origin.firstLine + from,
          ...(command === undefined ? {} : { command }),
          ...(program === undefined ? {} : { program }),
        },
        lines.slice(from, to),
      );
    };
    lines.forEach((line, at) => {
      const section = SECTION.exec(line)?.[1];
      if (section === undefined) return;
      close(at);
      title = section;
      from = at + 1;
    });
    close(lines.length);
  },
});
