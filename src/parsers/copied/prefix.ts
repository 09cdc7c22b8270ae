/** What an editor, `cat -n` or `grep` puts in front of every line: its number, and the file that it stands in. */
import type { Trace } from '../copied.ts';

/** Lines that count on: fewer may begin with numbers by chance. */
const COUNTED = 3;

const NUMBER = /^ {0,8}(\d{1,7})(?=[\t: |]|$)/;
/** `     7\ttext`, `7:text`, `7 | text`. */
const MARKED = /^ {0,8}\d{1,7}(?:\t|:| ?\| ?)/;
/** `7   text`, `12  text`: the text begins in one column. */
const PADDED = /^ {0,8}\d{1,7} */;

/** `ip a | grep mtu`: interfaces have numbers of their own. */
const INTERFACE = /^\d{1,7}: [^\s:]{1,64}: <[A-Z0-9_,-]{0,300}> mtu /;

const numberOf = (line: string): number => Number(NUMBER.exec(line)?.[1] ?? NaN);

export const numbers: Trace = {
  in: (lines) => {
    if (lines.length < COUNTED || INTERFACE.test(lines[0] ?? '')) return false;
    let last = numberOf(lines[0] ?? '') - 1;
    // Empty lines may be left out, with or without their numbers.
    return lines.every((line) => {
      const number = numberOf(line);
      const next = number > last && number <= last + COUNTED;
      last = number;
      return next;
    });
  },
  without: (lines) => {
    const padded = (line: string): number => PADDED.exec(line)?.[0].length ?? 0;
    const column = lines.reduce(
      (least, line) => (MARKED.test(line) || padded(line) === line.length ? least : Math.min(least, padded(line))),
      Infinity,
    );
    return lines.map((line) =>
      MARKED.test(line) ? line.replace(MARKED, '') : line.slice(Math.min(column, padded(line))),
    );
  },
};

/** `var/log/kubelet.log:text`, with the line's number or without; `proxier.go:1907]` is the program's own source. */
const IN_FILE =
  /^((?:[\w.@%+=-]{0,100}\/){0,20}[\w.@%+=-]{1,100}\.(?:log|txt|out|err|ya?ml|json|conf|cfg|\d)|\/?(?:[\w.@%+=-]{1,100}\/){1,20}[\w@%+=-]{1,100}):(?:\d{1,7}[:-])?/;

export const file: Trace = {
  in: (lines) => {
    const first = IN_FILE.exec(lines[0] ?? '')?.[1];
    return first !== undefined && lines.length >= COUNTED && lines.every((line) => line.startsWith(`${first}:`));
  },
  without: (lines) => lines.map((line) => line.replace(IN_FILE, '')),
};

/** `manager {"level":"info",…}`, `web_1  | panic: …`: the container, as k9s, stern and docker compose put it in front. */
const SPEAKER = /^([a-z0-9][a-z0-9_.-]{0,100})(?:[ \t]{0,40}\|)?(?:[ \t]|$)/;
/** Words that begin lines of their own accord. */
const WORDS =
  /^(?:a|an|and|at|by|caused|created|debug|default|err|error|fatal|for|from|i|if|in|info|is|it|kubectl|level|node|oc|of|on|panic|pod|running|starting|the|then|this|time|to|trace|waiting|warn|warning|we|with)$/;
/** What only a program says. */
const SAID =
  /^\s*(?:panic: |fatal error: |Traceback \(most|Exception in thread "|[\w.]{1,100}(?:Error|Exception): |[IWEF]\d{4} \d\d:|\{"(?:level|ts|time|msg|severity|@timestamp)":|(?:time|ts|level)=\S|\/\S{1,200}: line \d)/;

export const speaker: Trace = {
  in: (lines) => {
    const name = SPEAKER.exec(lines[0] ?? '')?.[1];
    if (name === undefined || lines.length < 2 || WORDS.test(name)) return false;
    return (
      lines.every((line) => SPEAKER.exec(line)?.[1] === name) &&
      lines.some((line) => SAID.test(line.replace(SPEAKER, '')))
    );
  },
  without: (lines) => lines.map((line) => line.replace(SPEAKER, '')),
};
