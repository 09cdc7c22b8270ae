/** `nvidia-smi nvlink -s`, `nvlink -e` and `topo -m`. */
import type { ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';

const CARD = /^GPU (\d{1,3}): /;
const LINK =
  /^\s+Link (\d{1,3}): (?:([A-Z][A-Za-z0-9 ]{1,60}?) ?(?:Errors?|Error Count|Count): (\d{1,20})|(\S.*?))\s*$/;
const TOPOLOGY_HEADING = /^\s+GPU0\s/;
const TOPOLOGY = /^(GPU\d{1,3}|NIC\d{1,3}|mlx\S{1,20})\s+(\S.*)$/;

export const isNvlinkLine = (line: string): boolean => LINK.test(line) || TOPOLOGY_HEADING.test(line);

/**
 * Emits hostValues of topic `nvlink`: `GPU0.link3` with `25 GB/s` or `<inactive>`, `GPU0.link3.replay` with a count,
 * and for `topo -m` `GPU0.topology` with the row of the matrix. The number of values.
 */
export function parseNvlink(lines: readonly string[], { origin, emit }: ParserContext): number {
  let card: string | undefined;
  let topology = false;
  let count = 0;
  lines.forEach((line, at) => {
    const fact = (key: string, value: string): void => {
      count++;
      emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'nvlink', key, value });
    };
    const named = CARD.exec(line);
    if (named !== null) card = `GPU${named[1]}`;
    if (TOPOLOGY_HEADING.test(line)) topology = true;
    else if (line.trim() === '') topology = false;
    const link = LINK.exec(line);
    if (link !== null && card !== undefined) {
      const kind = link[2]?.trim().toLowerCase().replaceAll(' ', '_');
      return kind === undefined
        ? fact(`${card}.link${link[1]}`, link[4] ?? '')
        : fact(`${card}.link${link[1]}.${kind}`, link[3] ?? '');
    }
    const row = topology ? TOPOLOGY.exec(line) : null;
    if (row !== null) fact(`${row[1]}.topology`, (row[2] ?? '').trim().replace(/\s+/g, ' '));
  });
  return count;
}
