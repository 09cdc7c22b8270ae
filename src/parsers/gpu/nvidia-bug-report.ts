import { peek } from '../../lib/text-stream.ts';
import { parseTimestamp } from '../../lib/timestamp.ts';
import { defineParser } from '../parser.ts';

/** The preamble with date and machine stands within the first kilobytes. */
const HEAD_BYTES = 16 * 1024;
const decoder = new TextDecoder('utf-8');

/**
 * NVIDIA's own collector: one text of many files and outputs, the journal and the kernel log among them. It is searched
 * as a log of its machine; the tables inside are not read.
 *
 * Command: `nvidia-bug-report.sh` (nvidia-bug-report.log, also packed).
 * Versions: drivers 390 to 580.
 * Sample:
 *
 *     Start of NVIDIA bug report log file.  Please include this file, along
 *     uname: Linux node-1 6.5.0-17-generic #17~22.04.1-Ubuntu SMP x86_64 GNU/Linux
 *
 * Empty: a report without a kernel log says nothing about Xids.
 */
export default defineParser({
  kind: 'nvidia-bug-report',
  reads: 'nvidia-bug-report.log',
  priority: 9,
  sniff: (head) => head.slice(0, 10).some((line) => line.startsWith('Start of NVIDIA bug report log file')),
  async stream(chunks, { origin, emit, scan }) {
    const peeked = await peek(chunks, HEAD_BYTES);
    const lines = decoder.decode(peeked.head).split(/\r?\n/, 60);
    const node = /^uname: Linux (\S{1,253}) /.exec(lines.find((line) => line.startsWith('uname: ')) ?? '')?.[1];
    const dateAt = lines.findIndex((line) => line.startsWith('Date: '));
    const date = lines[dateAt];
    const time = date === undefined ? undefined : parseTimestamp(date.slice('Date: '.length));
    if (time !== undefined && date !== undefined)
      emit.clock(time, { file: origin.file, line: origin.firstLine + dateAt, text: date });
    emit.log(await scan(peeked.chunks, { ...(node === undefined ? {} : { node }), ...origin }, 'host'));
  },
});
