import { defineCheck } from '../check.ts';
import { START_REASONS, toldFindings } from './start-events.ts';

export default defineCheck({
  id: 'runtime-image-store-corrupt',
  layer: 5,
  title: 'The image store of the runtime is intact',
  failureTitle: 'The image store of the container runtime is damaged',
  why: 'Layers or their records are missing, mostly after a crash or a full disk during a pull. Every container of that image fails on that node.',
  fix: [
    'Remove the image on the node (crictl rmi) and pull it again; if it persists, drain the node and empty the store of the runtime',
  ],
  next: ['crictl images', 'ctr -n k8s.io content ls | head', 'df -h /var/lib/containerd'],
  severity: 'critical',
  confidence: 'medium',
  reads: ['runtime-image-store-corrupt'],
  needsAny: ['events', 'hostLogs'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    yield* toldFindings(snapshot, {
      reasons: START_REASONS,
      pattern:
        /(?<why>content digest sha256:[0-9a-f]{8,64}: not found|failed to extract layer (?!.{0,300}(?:no space|context canceled)).{0,300}|unexpected commit digest.{0,100}|\blayer (?:does not exist|not known)\b|failed to (?:stat|resolve) (?:snapshot|parent).{0,200}|missing parent "?[^"\s]{1,200}"? bucket|(?:stat|open|lstat|mkdir) \/\S{1,200}\.snapshotter\.\S{1,80}\/snapshots\S{0,60}: no such file or directory|error creating overlay mount to \S{1,200}: no such file or directory|Can't set task name \/dev\/mapper\/\S{1,120}|devmapper: (?:Unknown device|Error (?:running|mounting)|Failed to (?:find|load)).{0,160}|readlink \S{0,200}overlay2\S{0,100}: invalid argument)/s,
      signature: 'runtime-image-store-corrupt',
      message: ({ why }, who) =>
        `The image store of the runtime is damaged${/^(?:Node|Log|Component) /.test(who) ? '' : `; ${who} cannot be started`}${why === undefined ? '' : `: ${shortened(why)}`}`,
    });
  },
});

/** What is missing stands at the end, behind two digests and a path. */
function shortened(text: string): string {
  const said = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1…')
    .trim();
  return said.length <= 240 ? said : `${said.slice(0, 80)} … ${said.slice(-160)}`;
}
