/** How many objects of a kind a cluster bears: Kubernetes' documented limits for pods and nodes; the others are ours. */
const LIMITS: readonly (readonly [pattern: RegExp, limit: number])[] = [
  [/^pods$/, 150_000],
  [/^nodes$/, 5000],
  [/^events(?:\.events\.k8s\.io)?$/, 50_000],
  [/^(?:secrets|configmaps)$/, 10_000],
  [/\./, 30_000],
];

/** More objects of this resource (`pods`, `certificates.cert-manager.io`) are a load; undefined where nobody says. */
export const objectLimit = (resource: string): number | undefined =>
  LIMITS.find(([pattern]) => pattern.test(resource))?.[1];
