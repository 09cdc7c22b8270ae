/**
 * The schema of the result. Apart from src/result.ts, because zod costs a small run a tenth of its time and only who
 * reads a result from outside needs it.
 */
import * as z from 'zod';
import { SCHEMA } from './result.ts';

export const severity = z.enum(['critical', 'warning', 'info']);
export const layerNumber = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]);

export const evidence = z.object({
  file: z.string(),
  line: z.number().int().positive().optional(),
  pointer: z.string().optional(),
  text: z.string(),
});

export const subject = z.object({
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  /** The top owner (Deployment, StatefulSet, DaemonSet, Job, CronJob) when the subject is one of its pods. */
  workload: z.object({ kind: z.string(), name: z.string() }).optional(),
  /** The node when the subject is a component that runs on one. */
  node: z.string().optional(),
  container: z.string().optional(),
});

/** The way of one connection past the NetworkPolicies, from the source to the target. */
export const policyPath = z.object({
  /** Of the target: `8080/TCP`. */
  port: z.string(),
  steps: z.array(
    z.object({
      at: z.enum(['source', 'egress', 'service', 'ingress', 'target']),
      name: z.string(),
      /** Of `egress` and `ingress`: what the policies there do. */
      verdict: z.enum(['passes', 'drops', 'unknown']).optional(),
      /** Those that decide, as NAMESPACE/NAME. */
      policies: z.array(z.string()),
      says: z.array(z.string()),
    }),
  ),
});

export const finding = z.object({
  id: z.string(),
  check: z.string(),
  variant: z.string().optional(),
  layer: layerNumber,
  severity,
  confidence: z.number(),
  title: z.string(),
  message: z.string(),
  subject,
  /** Other objects with the same finding, folded into this one: the first few and how many in all (this one included). */
  count: z.number().int().positive(),
  also: z.array(subject),
  evidence: z.array(evidence).min(1),
  /** Where NetworkPolicies are the trouble: a connection that they drop. */
  way: policyPath.optional(),
  fix: z.array(z.string()),
  next: z.array(z.string()),
  causedBy: z.array(z.string()),
  /** current: holds at collection time; recovered: a later good sign exists; historic: only in old records. */
  state: z.enum(['current', 'recovered', 'historic']),
  time: z.string().optional(),
});

/** One hop of a story: an effect, its cause (the root or an earlier hop), what ties them and how surely (0 to 1). */
export const hop = z.object({ finding: z.string(), cause: z.string(), because: z.string(), strength: z.number() });

export const rootCause = z.object({
  rank: z.number().int().positive(),
  finding: z.string(),
  check: z.string(),
  variant: z.string().optional(),
  layer: layerNumber,
  severity,
  confidence: z.number(),
  title: z.string(),
  summary: z.string(),
  subject,
  evidence: z.array(evidence).min(1),
  explains: z.array(z.string()),
  chain: z.array(hop),
  /** What it brings about and what keeps it up in turn: in a sentence, and the hops back to it. */
  deadlock: z.object({ text: z.string(), hops: z.array(hop).min(1) }).optional(),
  /** Its weight in the ranking as a share of the first root cause's. */
  share: z.number(),
  fix: z.array(z.string()),
  next: z.array(z.string()),
});

export const signal = z.object({
  id: z.string(),
  question: z.string(),
  /** null: it could not be judged. */
  fired: z.boolean().nullable(),
  evidence: z.array(evidence),
});
export const pathStep = z.object({
  layer: layerNumber,
  name: z.string(),
  verdict: z.enum(['cause', 'symptoms', 'clear', 'unknown']),
  /** What was seen there, in one line. */
  seen: z.string(),
  signals: z.array(signal),
});

export const checkOutcome = z.object({
  id: z.string(),
  title: z.string(),
  outcome: z.enum(['passed', 'failed', 'not-checked', 'not-applicable', 'crashed']),
  reason: z.string().optional(),
  /** The commands that would have collected what is missing. */
  collectWith: z.array(z.string()).optional(),
  findings: z.array(z.string()),
});

export const coverage = z.object({
  area: z.string(),
  /** What people call the area. */
  title: z.string().optional(),
  state: z.enum(['present', 'absent', 'partial']),
  count: z.number().int().nonnegative(),
  reason: z.string().optional(),
  collectWith: z.string().optional(),
});

/** What to ask the customer for next, for one layer of which something could not be judged. */
const ask = z.object({
  layer: layerNumber,
  name: z.string(),
  checks: z.number().int().nonnegative(),
  notChecked: z.number().int().positive(),
  /** In the tool that made the bundle where it can give more; with the number of checks that wait for it. */
  commands: z.array(z.object({ command: z.string(), checks: z.number().int().positive() })),
  /** The part of our own collector that answers most of them. */
  collector: z.string(),
});

/** A table that is cut to its most telling rows; `total` counts all. */
const table = <T extends z.ZodType>(row: T) => z.object({ total: z.number().int().nonnegative(), rows: z.array(row) });
/** Of one resource on a node, in base units (cores, bytes); absent when the bundle does not tell. */
const usage = z.object({ requested: z.number().optional(), allocatable: z.number().optional() });

/** What kubectl would show, worst first: the reports' tables and pictures. */
export const tables = z.object({
  nodes: table(
    z.object({
      name: z.string(),
      /** null: the bundle does not tell. */
      ready: z.boolean().nullable(),
      roles: z.array(z.string()),
      version: z.string().optional(),
      cordoned: z.boolean(),
      /** Conditions that are not as they should be. */
      conditions: z.array(z.string()),
      taints: z.array(z.string()),
      pods: z.number().int().nonnegative(),
      cpu: usage,
      memory: usage,
      gpus: z.object({ capacity: z.number(), allocatable: z.number() }).optional(),
    }),
  ),
  workloads: table(
    z.object({
      kind: z.string(),
      namespace: z.string(),
      name: z.string(),
      ready: z.number().optional(),
      desired: z.number().optional(),
    }),
  ),
  /** Pods that are not well; `total` counts these. */
  pods: table(
    z.object({
      namespace: z.string(),
      name: z.string(),
      ready: z.string(),
      status: z.string(),
      restarts: z.number(),
      node: z.string(),
    }),
  ),
  claims: table(
    z.object({
      namespace: z.string(),
      name: z.string(),
      status: z.string(),
      volume: z.string(),
      storageClass: z.string(),
    }),
  ),
  gpus: table(
    z.object({
      node: z.string(),
      index: z.number().optional(),
      name: z.string(),
      temperatureC: z.number().optional(),
      memoryUsedMiB: z.number().optional(),
      memoryTotalMiB: z.number().optional(),
      utilizationPercent: z.number().optional(),
      /** What is wrong with it, in words. */
      troubles: z.array(z.string()),
    }),
  ),
  /** Pods without a node: why each node refuses them. `nodes` names the first few of `count`. */
  scheduling: table(
    z.object({
      namespace: z.string(),
      name: z.string(),
      message: z.string().optional(),
      nodes: z.number().int().nonnegative(),
      feasible: z.number().int().nonnegative(),
      reasons: z.array(z.object({ reason: z.string(), count: z.number().int(), nodes: z.array(z.string()) })),
    }),
  ),
});

/** Lines of a text or a log round one or more quotes, joined by line ends; `line` is the first one's number. */
export const excerpt = z.object({ file: z.string(), line: z.number().int().positive(), text: z.string() });

export const refused = z.object({ path: z.string(), reason: z.string() });
export const unread = z.object({ file: z.string(), line: z.number().optional(), reason: z.string() });

export const result = z.object({
  schema: z.literal(SCHEMA),
  tool: z.object({ name: z.string(), version: z.string() }),
  bundle: z.object({
    name: z.string(),
    layouts: z.array(z.string()),
    collectedAt: z.string().nullable(),
    kubernetesVersion: z.string().nullable(),
    nodes: z.number(),
    pods: z.number(),
    files: z.number(),
    bytes: z.number(),
    refused: z.array(refused),
    unread: z.array(unread),
  }),
  verdict: z.object({
    status: z.enum(['problems', 'clear', 'inconclusive']),
    layer: layerNumber.nullable(),
    headline: z.string(),
    /** Other root causes that weigh about as much as the first: the order among them proves little. */
    nearTies: z.array(
      z.object({
        rank: z.number().int().positive(),
        /** Whether it could explain symptoms that the first one explains, or has symptoms of its own. */
        sameSymptoms: z.boolean(),
        /** In one sentence. */
        text: z.string(),
      }),
    ),
  }),
  rootCauses: z.array(rootCause),
  path: z.array(pathStep),
  layers: z.array(z.object({ layer: layerNumber, name: z.string(), checks: z.array(checkOutcome) })),
  findings: z.array(finding),
  coverage: z.array(coverage),
  asks: z.array(ask).optional(),
  /** Up to three lines before and after what is quoted from texts and logs, as far as room was kept for them. */
  excerpts: z.array(excerpt).optional(),
  tables: tables.optional(),
  timeline: z.array(
    z.object({ time: z.string(), layer: layerNumber, text: z.string(), finding: z.string().optional() }),
  ),
});
