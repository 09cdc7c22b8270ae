/** `kind: Status`: what the API server answers in place of data. */
import { objectOf, textOf, type Fields } from '../../lib/untyped.ts';
import { areaOfResource } from '../../snapshot/kinds/index.ts';
import { kubectlRequest, namespaceOf } from '../kubectl/request.ts';
import type { ParserContext } from '../parser.ts';
import type { CommandFailure } from '../records.ts';

/** metav1.StatusReason → our word. */
const REASONS: Readonly<Record<string, CommandFailure['reason']>> = {
  Unauthorized: 'unauthorized',
  Forbidden: 'forbidden',
  NotFound: 'not-found',
  Timeout: 'timeout',
  ServerTimeout: 'timeout',
  TooManyRequests: 'throttled',
  InternalError: 'server-error',
  ServiceUnavailable: 'server-error',
};

/** Tells of a failure; a Status that reports success says nothing. */
export function readStatus(
  status: Fields,
  { origin, emit }: ParserContext,
  pointer: string,
  line: number | undefined,
): void {
  if (status['status'] !== 'Failure') return;
  const message = textOf(status['message']) ?? textOf(status['reason']) ?? 'Failure';
  const request = kubectlRequest(origin.command);
  const resource = textOf(objectOf(status['details'])?.['kind']);
  const area = request?.area ?? (resource === undefined ? undefined : areaOfResource(resource));
  const namespace = namespaceOf(origin);
  // "the server could not find the requested resource" is also NotFound: the type is missing, not the object.
  const noSuchType = message.includes('could not find the requested resource');
  emit.fact('commandFailures', {
    source: {
      file: origin.file,
      ...(line === undefined ? {} : { line }),
      pointer: `${pointer}/message`,
      text: message,
    },
    reason: noSuchType ? 'no-such-resource' : (REASONS[textOf(status['reason']) ?? ''] ?? 'other'),
    message,
    ...(origin.command === undefined ? {} : { command: origin.command.text }),
    ...(area === undefined ? {} : { area }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(origin.node === undefined ? {} : { node: origin.node }),
  });
}
