import { defineCheck } from '../check.ts';

/** Conditions of a listener, that which tells the cause first. */
const LISTENER = ['ResolvedRefs', 'Accepted', 'Programmed'];

export default defineCheck({
  id: 'gateway-not-programmed',
  layer: 3,
  title: 'Gateways are accepted and programmed',
  failureTitle: 'The Gateway is not accepted or not programmed',
  why: 'The controller says by these conditions whether it has taken the Gateway and set up its listeners.',
  fix: ['Mend what the reason and message of the condition name.'],
  next: ['kubectl describe gateway {name} -n {namespace}', 'kubectl get gatewayclass'],
  severity: 'critical',
  confidence: 'high',
  needs: ['gateways'],
  wants: ['gatewayClasses'],
  *run({ gateways }, { snapshot }) {
    for (const gateway of gateways) {
      const conditions = gateway.status?.conditions ?? [];
      const index = conditions.findIndex(
        (c) => (c.type === 'Accepted' || c.type === 'Programmed') && c.status === 'False',
      );
      // What the API writes when a Gateway is made stays until a controller takes it.
      const idle = conditions.findIndex(
        (c) => c.type === 'Accepted' && c.status === 'Unknown' && c.reason === 'Pending',
      );
      const unclaimed = index < 0 && idle >= 0;
      const bad = conditions[unclaimed ? idle : index];
      const name = gateway.spec?.gatewayClassName;
      const missing =
        name !== undefined &&
        snapshot.listed('gatewayClasses') &&
        snapshot.get('gatewayClasses', undefined, name) === undefined;
      // The Gateway as a whole may be fine, and one listener not.
      if (bad === undefined)
        for (const [i, listener] of (gateway.status?.listeners ?? []).entries()) {
          const all = listener.conditions ?? [];
          const at = LISTENER.map((type) => all.findIndex((c) => c.type === type && c.status === 'False')).find(
            (place) => place >= 0,
          );
          const wrong = all[at ?? -1];
          if (at === undefined || wrong === undefined) continue;
          yield {
            subject: snapshot.subject(gateway),
            variant: `listener-${wrong.reason ?? 'not-ready'}`,
            title: 'A listener of the Gateway is not set up',
            message:
              `Listener ${listener.name ?? `${i + 1}`} of Gateway ${gateway.metadata.name}: ${wrong.type ?? 'condition'} is False, ${wrong.reason ?? ''} ${wrong.message ?? ''}`.trim(),
            evidence: [snapshot.quote(gateway, `/status/listeners/${i}/conditions/${at}`)],
          };
          break;
        }
      if (bad === undefined && !missing) continue;
      yield {
        subject: snapshot.subject(gateway),
        variant: bad?.reason ?? 'class-missing',
        message:
          bad === undefined
            ? `Gateway ${gateway.metadata.name} has GatewayClass ${name ?? ''}, which does not exist`
            : unclaimed
              ? `Gateway ${gateway.metadata.name} of GatewayClass ${name ?? '?'} is taken by no controller: ${bad.message ?? ''}`
              : `Gateway ${gateway.metadata.name} is not ${bad.type?.toLowerCase() ?? 'ready'}: ${bad.reason ?? ''} ${bad.message ?? ''}`.trim(),
        evidence: [
          snapshot.quote(
            gateway,
            bad === undefined ? '/spec/gatewayClassName' : `/status/conditions/${unclaimed ? idle : index}`,
          ),
        ],
      };
    }
  },
});
