/** Who wrote a line: the stream's origin, made more precise by the line's own prefixes. */
import type { LogClass, Origin } from '../records.ts';
import { openEnvelope } from './envelope.ts';
import type { Speaker } from './folds.ts';
import { programOf } from './marks.ts';
import { canonicalProgram, programHint } from './program.ts';

/** kubectl's prefix, CRI, journald: deeper ones hold no names. */
const MAX_NESTING = 3;

/** A speaker, and whether anything names a program: a known program narrows the signatures that apply. */
export interface KnownSpeaker extends Speaker {
  readonly known: boolean;
}

/** Names the speakers of one stream's lines. `head` is the line's beginning; that is where prefixes stand. */
export function createSpeakers(origin: Origin, logClass: LogClass): (head: string) => KnownSpeaker {
  const given = origin.program === undefined ? undefined : canonicalProgram(origin.program);
  const hinted =
    given ??
    (origin.program === undefined ? programHint(origin.container, origin.pod, baseName(origin.file)) : undefined);
  const program = hinted ?? (logClass === 'kernel' ? 'kernel' : undefined);
  const stream: KnownSpeaker = {
    node: origin.node,
    program,
    // A pod whose names hint at nothing is an application: known, and none of ours.
    known: program !== undefined || (origin.program === undefined && origin.pod !== undefined),
  };
  return (head) => {
    let speaker = stream;
    let rest = head;
    for (let depth = 0; depth < MAX_NESTING; depth++) {
      const envelope = openEnvelope(rest);
      if (envelope === undefined) break;
      if (envelope.pod !== undefined) {
        const { pod, container } = envelope;
        speaker = { ...stream, pod, container, program: programHint(container, pod), known: true };
      } else if (logClass !== 'container' && envelope.program !== undefined) {
        // A container's own prefixes name its threads and pods, not machines and daemons.
        const named = canonicalProgram(envelope.program);
        speaker = { ...speaker, node: envelope.host ?? speaker.node, program: named, known: named !== undefined };
        break;
      }
      rest = envelope.message;
    }
    // A pasted text may hold the logs of several programs: some lines say whose they are by words of their own.
    if (speaker === stream && origin.pod === undefined && origin.container === undefined) {
      const told = programOf([rest]);
      const own = told === undefined ? undefined : canonicalProgram(told);
      if (own !== undefined && own !== program) return { ...stream, program: own, known: true };
    }
    return speaker;
  };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
