/** `kind: Status`: what the API server answers in place of data. */
import { objectOf, textOf, type Fields } from '../../lib/untyped.ts';
import { areaOfResource } from '../../snapshot/kinds/index.ts';
import { kubectlRequest, namespaceOf } from '../kubectl/request.ts';
import { reasonOfStatus } from '../kubectl/status-reason.ts';
import type { ParserContext } from '../parser.ts';

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
    reason: noSuchType ? 'no-such-resource' : (reasonOfStatus(textOf(status['reason']) ?? '') ?? 'other'),
    message,
    ...(origin.command === undefined ? {} : { command: origin.command.text }),
    ...(area === undefined ? {} : { area }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(origin.node === undefined ? {} : { node: origin.node }),
  });
}
