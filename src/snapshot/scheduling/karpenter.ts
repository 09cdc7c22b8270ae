/** What Karpenter says when no NodePool (Provisioner, up to 0.32) can give a pod a node. */

export type Obstacle = 'taint' | 'requirement' | 'topology' | 'volume' | 'limit' | 'instance-type' | 'other';

export interface Refusal {
  /** The NodePool; undefined where Karpenter speaks of none. */
  readonly pool: string | undefined;
  readonly obstacle: Obstacle;
  /** Karpenter's words, without what the DaemonSets take. */
  readonly words: string;
}

const OBSTACLES: readonly (readonly [RegExp, Obstacle])[] = [
  [/did not tolerate /, 'taint'],
  [/unsatisfiable topology constraint/, 'topology'],
  [/volume topology|volume limit|would exceed .{0,40}volume/i, 'volume'],
  [/exceeds? (?:the )?limits?|limits? (?:of|for) .{0,80}exceeded/, 'limit'],
  [/no instance type/, 'instance-type'],
  [/incompatible requirements|does not have known values|not in |custom label/, 'requirement'],
];
/** How near a pool came to taking the pod: Karpenter asks for taints first, then labels, at last for machines. */
const NEARNESS: Readonly<Record<Obstacle, number>> = {
  taint: 0,
  requirement: 1,
  other: 2,
  limit: 3,
  volume: 4,
  topology: 4,
  'instance-type': 4,
};
const POOL = /(?:incompatible with (?:nodepool|provisioner)|for (?:nodepool|provisioner):) "([^"]{1,120})"(?:, )?/;

/** The verdict of each pool, the one that came nearest first. */
export function refusalsIn(text: string): readonly Refusal[] {
  return text
    .split(/;\s+(?=incompatible with |all available |no instance )/)
    .map((part): Refusal => {
      const pool = POOL.exec(part);
      const words = part
        .replace(/^.{0,200}?incompatible with (?:nodepool|provisioner) "[^"]{1,120}"(?:, )?/, '')
        .replace(/daemonset overhead=\{[^{}]{0,300}\}(?:, )?/, '')
        .trim();
      const obstacle = OBSTACLES.find(([pattern]) => pattern.test(words))?.[1] ?? 'other';
      return { pool: pool?.[1], obstacle, words };
    })
    .filter(({ words }) => words !== '' && words !== 'incompatible')
    .toSorted((a, b) => NEARNESS[b.obstacle] - NEARNESS[a.obstacle]);
}
