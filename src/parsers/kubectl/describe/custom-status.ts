/** What a described custom resource says of its own state; its kind is one that the snapshot has no shape for. */
import { customResource } from '../../kubernetes/custom-status.ts';
import type { ParserContext } from '../../parser.ts';
import { quote } from '../../quote.ts';
import type { CustomResource } from '../../records.ts';
import { createDraft } from '../draft.ts';
import { find, put, type Block } from './block.ts';
import { describeCustom } from './custom.ts';

/** The state of a described object of any kind; undefined when it names no kind or says nothing of itself. */
export function customStatus(block: Block, { origin }: ParserContext): CustomResource | undefined {
  const kind = find(block.entries, 'Kind')?.value;
  if (kind === undefined || !/^[A-Z]\w{1,62}$/.test(kind)) return undefined;
  const draft = createDraft(kind);
  put(draft, ['apiVersion'], find(block.entries, 'API Version'));
  put(draft, ['metadata', 'name'], find(block.entries, 'Name'));
  put(draft, ['metadata', 'namespace'], find(block.entries, 'Namespace'));
  describeCustom(block, draft);
  const top = find(block.entries, 'Status') ?? find(block.entries, 'Kind');
  return customResource(draft.object, kind, (path) => {
    const { line, text } = draft.marks[`/${path.replaceAll('.', '/')}`] ?? top ?? { line: 0, text: '' };
    return quote({ ...origin, firstLine: 0 }, line, text);
  });
}
