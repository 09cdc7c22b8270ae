import { defineLayout } from './layout.ts';

/** `minikube logs --file`: one text of all components, which the content tells too. */
export default defineLayout({
  id: 'minikube',
  title: 'minikube logs',
  marks: ['{minikube.log,minikube-logs.txt,minikube_logs.txt}'],
  rules: [{ path: '{minikube.log,minikube-logs.txt,minikube_logs.txt}', holds: 'all components in one text' }],
});
