/** Probes as describe prints them: `http-get http://:8080/healthz delay=5s timeout=1s period=10s #success=1 #failure=3`. */
import type { Draft, Path, SourceLine } from '../draft.ts';
import { int, intOrName } from '../values.ts';

const NUMBERS = / delay=(\d{1,9})s timeout=(\d{1,9})s period=(\d{1,9})s #success=(\d{1,9}) #failure=(\d{1,9})$/;

/** Sets the handler and the numbers of one probe. */
export function putProbe(draft: Draft, path: Path, at: SourceLine, text: string): void {
  const squeezed = text.replace(/\s{2,}/g, ' ').trim();
  const numbers = NUMBERS.exec(squeezed);
  const handler = numbers === null ? squeezed : squeezed.slice(0, numbers.index);
  putHandler(draft, path, at, handler.trim());
  ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'].forEach(
    (field, i) => {
      draft.set([...path, field], int(numbers?.[i + 1]), at);
    },
  );
}

function putHandler(draft: Draft, path: Path, at: SourceLine, handler: string): void {
  const set = (field: string[], v: unknown): void => draft.set([...path, ...field], v, at);
  const exec = /^exec \[(.*)\]$/.exec(handler);
  if (exec !== null) {
    // kubectl joins the words with blanks; where one word ends is no longer told, so the whole is one.
    set(['exec', 'command'], (exec[1] ?? '').split(' '));
    return;
  }
  // http://:8080/healthz, https://host:http/; the host is empty nearly always, an IPv6 host stands in brackets.
  const http =
    /^http-get (https?):\/\/(\[[^\]]{0,60}\]|[^:/]{0,253})(?::([^/\s]{0,63}))?(\/\S{0,4000}|\?\S{0,4000})?$/i.exec(
      handler,
    );
  if (http !== null) {
    set(['httpGet', 'scheme'], http[1]?.toUpperCase());
    if (http[2] !== undefined && http[2] !== '') set(['httpGet', 'host'], http[2]);
    if (http[3] !== undefined && http[3] !== '') set(['httpGet', 'port'], intOrName(http[3]));
    set(['httpGet', 'path'], http[4] ?? '/');
    return;
  }
  const tcp = /^tcp-socket (\[[^\]]{0,60}\]|[^:\s]{0,253}):(\S{1,63})$/.exec(handler);
  if (tcp !== null) {
    if (tcp[1] !== undefined && tcp[1] !== '') set(['tcpSocket', 'host'], tcp[1]);
    set(['tcpSocket', 'port'], intOrName(tcp[2] ?? ''));
    return;
  }
  const grpc = /^grpc <pod>:(\d{1,5})(?: (\S{1,253}))?$/.exec(handler);
  if (grpc !== null) {
    set(['grpc', 'port'], Number(grpc[1]));
    set(['grpc', 'service'], grpc[2]);
  }
}
