import { noObjects } from './gaps.ts';
import { defineLayout } from './layout.ts';

/** `kind export logs` (0.5 to 0.30): a folder for each node container. */
export default defineLayout({
  id: 'kind',
  title: 'kind export logs',
  marks: [
    'kind-version.txt',
    '<node>/kubernetes-version.txt',
    '<node>/pods/<namespace>_<pod>_<uid>/<container>/<run>.log',
  ],
  rules: [
    { path: '<node>/pods/<namespace>_<pod>_<uid>/<container>/<run>.log', holds: 'container log', kind: 'kubectl-logs' },
    {
      path: '<node>/containers/<pod>_<namespace>_<container>-<id>.log',
      holds: 'links to the same logs',
      kind: 'ignore',
    },
    { path: '<node>/{kubelet,containerd,journal,serial}.log', holds: 'journals' },
    { path: '<node>/images.log', holds: 'images', command: 'crictl images' },
    {
      path: '<node>/{alternatives.log,inspect.json,kubernetes-version.txt}',
      holds: 'the node container itself',
      kind: 'ignore',
    },
    { path: '{docker-info.txt,podman-info.txt,kind-version.txt}', holds: 'the tool itself', kind: 'ignore' },
  ],
  gaps: [...noObjects('kind export logs holds logs and no objects')],
});
