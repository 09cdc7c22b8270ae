import { defineParser, type Emit } from '../parser.ts';
import { quote } from '../quote.ts';
import type { Origin } from '../records.ts';
import { failureReader, isNoise } from './failure.ts';

const LINE = /^(Client|Server|Kustomize|Kubernetes) Version:\s+(.{1,2000})$/;

/** What `GET /version` answers, as collectors keep it: bare (Sonobuoy; as YAML crust-gather), or in `info` (Troubleshoot). */
const ANSWER = /^\{\s{0,10}(?:"info"\s?:\s?\{\s{0,10})?"major"\s?:\s?"/;
const YAML_ANSWER = /^(?:buildDate|compiler|emulation\w{1,20}|git\w{4,12}|goVersion|major|min\w{2,20}|platform): ?\S/;
/** A version is printed at `"gitVersion": "v1.31.4"`, below the key that says whose it is; in YAML without quotes. */
const OWNER = /^(?:\s{0,8}")?(client|server)Version(?:":\s{0,4}\{|:$)/;
const GIT_VERSION = /(?:^\s{0,8}gitVersion|"gitVersion"):\s{0,4}["']?([^"'\s]{1,80})/;

const isAnswer = (lines: readonly string[]): boolean =>
  isServerAnswer(lines) ||
  ((lines[0]?.trim() === '{' || OWNER.test(lines[0] ?? '')) && lines.slice(0, 5).some((line) => OWNER.test(line)));

const isServerAnswer = (lines: readonly string[]): boolean =>
  (ANSWER.test(lines.slice(0, 3).join('\n')) || lines.slice(0, 4).every((line) => YAML_ANSWER.test(line))) &&
  lines.slice(0, 12).some((line) => GIT_VERSION.test(line));

function parseAnswer(lines: readonly string[], origin: Origin, emit: Emit): void {
  let owner = isServerAnswer(lines) ? 'server' : undefined;
  lines.forEach((line, index) => {
    owner = OWNER.exec(line)?.[1] ?? owner;
    const version = GIT_VERSION.exec(line)?.[1];
    if (version === undefined || owner === undefined) return;
    emit.fact('hostValues', { source: quote(origin, index, line), topic: 'version', key: owner, value: version });
    owner = undefined;
  });
}

/**
 * Version of the API server, as one line, as `version.Info{…, GitVersion:"v1.21.5", …}` or as one JSON object
 * or YAML. Without a server line the server did not answer: that is the error message's matter.
 *
 * Command: `kubectl version`, `kubectl version --short`, `kubectl version -o json|yaml`, `oc version`.
 * Versions: kubectl 1.0 to 1.36 (short lines since 1.28, with `--short` before).
 * Sample:
 *
 *     Client Version: v1.31.4
 *     Kustomize Version: v5.4.2
 *     Server Version: v1.31.4
 *
 * Empty: nothing printed says nothing.
 */
export const kubectlVersion = defineParser({
  kind: 'kubectl-version',
  reads: '`kubectl version`, `oc version`',
  priority: 25,
  // Docker prints its `Server Version:` too, without the v.
  sniff: (head) =>
    isAnswer(head) ||
    head
      .slice(0, 5)
      .some((line) => /^(?:Client|Server) Version:\s+(?:v\d|\d\.\d{1,3}\.\d{1,3}-20|version\.Info\{)/.test(line)),
  parse(lines, { origin, emit }) {
    if (isAnswer(lines)) return parseAnswer(lines, origin, emit);
    const failures = failureReader(origin, emit);
    lines.forEach((line, index) => {
      const text = line.trim();
      if (text === '' || isNoise(text)) return;
      const match = LINE.exec(text);
      if (match === null) {
        if (!failures.take(line, index)) emit.unread(origin, 'no line of `kubectl version`', origin.firstLine + index);
        return;
      }
      const version = /GitVersion:"([^"]{1,80})"/.exec(match[2] ?? '')?.[1] ?? match[2]?.trim() ?? '';
      emit.fact('hostValues', {
        source: quote(origin, index, line),
        topic: 'version',
        // oc prints its own server version and, on a line of its own, that of Kubernetes.
        key: match[1] === 'Kubernetes' ? 'server' : (match[1] ?? '').toLowerCase(),
        value: version,
      });
    });
  },
});
