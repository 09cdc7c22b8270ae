import { OBJECTS } from './gaps.ts';
import { defineLayout } from './layout.ts';

/** `minikube logs --file`: one text of all components, which the content tells too. */
export default defineLayout({
  id: 'minikube',
  title: 'minikube logs',
  marks: ['{minikube.log,minikube-logs.txt,minikube_logs.txt}'],
  rules: [{ path: '{minikube.log,minikube-logs.txt,minikube_logs.txt}', holds: 'all components in one text' }],
  gaps: [
    {
      areas: [...OBJECTS, 'containerLogs'],
      why: 'minikube logs holds logs of the control plane and a description of the node',
      ask: 'minikube kubectl -- get pods,events,services,endpoints,deployments,persistentvolumeclaims -A -o json',
    },
    {
      areas: ['hostLogs', 'kernelLogs'],
      why: 'minikube logs keeps the last 60 lines of each',
      ask: 'minikube logs --length=5000 --file=minikube.log',
    },
  ],
});
