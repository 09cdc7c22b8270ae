/** What every report says in the same words. */
import { formatBytes } from '../lib/bytes.ts';
import { plural } from '../lib/in-words.ts';
import type { CheckOutcome, Finding, Result } from '../result.ts';

/** What a verdict on a layer means, in a word and a mark that does not need colour. */
export const VERDICTS: Readonly<Record<Result['path'][number]['verdict'], { word: string; mark: string }>> = {
  cause: { word: 'Cause', mark: '✗' },
  symptoms: { word: 'Symptoms', mark: '!' },
  clear: { word: 'Clear', mark: '✓' },
  unknown: { word: 'Unknown', mark: '?' },
};

export const OUTCOMES: readonly (readonly [CheckOutcome['outcome'], string])[] = [
  ['failed', 'failed'],
  ['passed', 'passed'],
  ['not-checked', 'not checked'],
  ['not-applicable', 'not applicable'],
  ['crashed', 'crashed'],
];

/** Near ties told beside the headline; the others stand in the list of root causes. */
export const NEAR_TIES = 2;

/** `logs/web.log:29`. */
export function placeOf(e: Finding['evidence'][number]): string {
  return `${e.file}${e.line === undefined ? '' : `:${e.line}`}${e.pointer === undefined ? '' : ` ${e.pointer}`}`;
}

/** `svc-no-endpoints:no-pods`: the check and what kind of its trouble it is. */
export const checkOf = ({ check, variant }: Pick<Finding, 'check' | 'variant'>): string =>
  variant === undefined ? check : `${check}:${variant}`;

/** `Deployment web`, of whose pods the subject is one. */
export const ownerOf = ({ workload }: Finding['subject']): string | undefined =>
  workload === undefined ? undefined : `${workload.kind} ${workload.name}`;

type Signal = Result['path'][number]['signals'][number];

/** Whether a signal says to go one layer down. */
export const answerOf = ({ fired }: Signal): 'yes' | 'no' | 'could not be judged' =>
  fired === null ? 'could not be judged' : fired ? 'yes' : 'no';

export const percent = (confidence: number): number => Math.round(confidence * 100);

/** `2026-03-01 12:00:00` of an ISO time: shorter to read; the column says UTC. */
export const shortTime = (iso: string): string => iso.replace('T', ' ').replace(/(?:\.\d{1,9})?Z$/, '');

/** The bundle in a few words: `4 nodes`, `45 pods`, `Kubernetes v1.31.2`, `collected 2026-03-01 12:00:00 UTC`, `27 files, 822 KiB`. */
export const factsOf = (bundle: Result['bundle']): readonly string[] => [
  plural(bundle.nodes, 'node'),
  plural(bundle.pods, 'pod'),
  `Kubernetes ${bundle.kubernetesVersion ?? 'version unknown'}`,
  `collected ${bundle.collectedAt === null ? 'at an unknown time' : `${shortTime(bundle.collectedAt)} UTC`}`,
  `${plural(bundle.files, 'file')}, ${formatBytes(bundle.bytes)}`,
];

/** A hop says `A → B: reason`; beside the names of A and B the reason is enough. */
export function reasonOf(because: string): string {
  const arrow = because.indexOf(' → ');
  const at = arrow < 0 ? -1 : because.indexOf(': ', arrow);
  return at < 0 ? because : because.slice(at + 2);
}
