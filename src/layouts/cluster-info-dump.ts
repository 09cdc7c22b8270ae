import { defineLayout } from './layout.ts';

/**
 * `kubectl cluster-info dump --output-directory`: a List for each kind and namespace, and one logs.txt for each pod in
 * which the containers follow each other. The dump as one stream is told by its content.
 */
export default defineLayout({
  id: 'cluster-info-dump',
  title: 'kubectl cluster-info dump',
  marks: ['cluster-info-dump*', '<namespace>/<pod>/logs.txt', '<namespace>/replication-controllers.{json,yaml,txt}'],
  rules: [
    {
      path: '<namespace>/<pod>/logs.txt',
      holds: 'logs of all containers of a pod',
      kind: 'dump-logs',
    },
  ],
});
