/** `kubestrata why` for a terminal: the answer, the chain, the facts, the story. */
import { groupBy } from '../lib/group-by.ts';
import { plural } from '../lib/in-words.ts';
import { nameOf, LAYER_NAMES, type Layer } from '../result.ts';
import { plain, wrap } from '../report/text.ts';
import { percent, placeOf, shortTime } from '../report/words.ts';
import { areaOfKind } from '../snapshot/kinds/index.ts';
import type { StoryEvent } from './story.ts';
import type { Told, Why } from './why.ts';

const WIDTH = 80;
/** Lines of each list; the JSON form has all. */
const ROWS = 12;
const STORY = 25;

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines];

const cut = (lines: readonly string[], rows: number): string[] =>
  lines.length <= rows
    ? [...lines]
    : [...lines.slice(0, rows), `  … and ${lines.length - rows} more (--format json has all)`];

/** `label  text` with the text in its own column. */
function labelled(label: string, text: string): string[] {
  const head = `  ${plain(label).padEnd(16)} `;
  return wrap(plain(text), WIDTH, head, ' '.repeat(head.length));
}

const toldLine = (one: Told): string[] =>
  wrap(
    plain(`${one.relation === 'itself' ? '' : `${one.relation}: `}${one.message} [layer ${one.layer}, ${one.id}]`),
    WIDTH,
    `  ${one.severity === 'critical' ? '✗' : one.severity === 'warning' ? '!' : '·'} `,
    '    ',
  );

function chainLines(chain: Why['chains'][number]): string[] {
  return chain.steps.flatMap((step, i) => {
    const head = i === 0 ? `root cause #${chain.rank}, ${percent(chain.confidence)} % sure` : (step.because ?? '');
    const lines = wrap(
      plain(`${step.title} (${step.subject}; layer ${step.layer} ${LAYER_NAMES[step.layer as Layer]})`),
      WIDTH,
      i === 0 ? '  ✗ ' : `  ${'  '.repeat(i - 1)}└ `,
      '  '.repeat(i + 2),
    );
    const pad = '  '.repeat(i + 2);
    return [
      ...lines,
      ...(head === ''
        ? []
        : wrap(plain(head), WIDTH, `${pad}(`, pad).map((line, k, all) => (k === all.length - 1 ? `${line})` : line))),
      ...(step.evidence === null
        ? []
        : wrap(plain(`${placeOf(step.evidence)}: ${step.evidence.text}`), WIDTH, `${pad}| `).slice(0, 3)),
    ];
  });
}

function eventLines(event: StoryEvent, isTrigger: boolean, self: string): string[] {
  const time = event.first === null ? 'time unknown' : shortTime(event.first);
  const times =
    event.count > 1
      ? ` (${event.count} times${event.last === null || event.last === event.first ? '' : `, last ${shortTime(event.last)}`})`
      : '';
  const about = event.object === self ? '' : `${event.object}: `;
  return wrap(
    plain(`${time} ${about}${event.reason}: ${event.message}${times}`),
    WIDTH,
    isTrigger ? '  ▶ ' : event.type === 'Warning' ? '  ! ' : '    ',
    '      ',
  ).slice(0, 5);
}

function storyLines({ story, object }: Why): string[] {
  const self = nameOf(object);
  const { events, trigger, omitted } = story;
  const [head, tail] = events.length <= STORY ? [events.length, 0] : [Math.ceil(STORY / 2), Math.floor(STORY / 2)];
  const hidden = omitted + events.length - head - tail;
  const from = trigger !== null && trigger >= head && trigger < events.length - tail ? [trigger] : [];
  const at = [
    ...events.slice(0, head).keys(),
    ...from,
    ...Array.from({ length: tail }, (_, i) => events.length - tail + i),
  ];
  const lines = at.flatMap((i) => {
    const gap =
      hidden > 0 && i === events.length - tail ? [`    … ${plural(hidden - from.length, 'event')} left out`] : [];
    const event = events[i];
    return event === undefined ? [] : [...gap, ...eventLines(event, i === trigger, self)];
  });
  const first = trigger === null ? undefined : events[trigger];
  return first === undefined
    ? lines
    : [
        ...lines,
        ...wrap(
          plain(
            `▶ began with: ${first.reason} of ${first.object}${first.first === null ? '' : ` at ${shortTime(first.first)} UTC`}`,
          ),
          WIDTH,
          '  ',
          '    ',
        ),
      ];
}

/** The explanation in 80 columns. */
export function whyText(why: Why): string {
  const around = [...groupBy(why.around, (one) => one.relation)].flatMap(([relation, ones]) => {
    const lines = ones.flatMap((one, i) =>
      labelled(i === 0 ? relation : '', `${nameOf(one.object)}${one.status === null ? '' : ` (${one.status})`}`),
    );
    // The worst pods come first.
    return lines.length <= ROWS
      ? lines
      : [...lines.slice(0, ROWS), ...labelled('', `… and ${ones.length - ROWS} more`)];
  });
  const out = [
    ...wrap(plain(why.answer), WIDTH),
    // A component is no object: nothing of it could be missing.
    ...(why.object.inBundle || areaOfKind(why.object.kind) === undefined
      ? []
      : wrap(`The bundle does not hold ${plain(nameOf(why.object))} itself, only what others say of it.`, WIDTH)),
    ...section(
      'Why',
      why.chains.flatMap((chain, i) => [...(i === 0 ? [] : ['']), ...chainLines(chain)]),
    ),
    ...section(
      'State',
      why.state.flatMap(({ label, text }) => labelled(label, text)),
    ),
    ...section(
      'Last words',
      why.lastWords.flatMap(({ text, evidence }) => [
        ...wrap(plain(text), WIDTH, '  | '),
        ...wrap(plain(placeOf(evidence)), WIDTH, '    '),
      ]),
    ),
    ...section('Around it', around),
    ...section('Story', storyLines(why)),
    ...section('Findings about it', cut(why.findings.flatMap(toldLine), ROWS * 3)),
    ...section('Findings about what it needs', cut(why.needs.flatMap(toldLine), ROWS * 2)),
    ...section(
      'Fix',
      why.fix.slice(0, 3).flatMap((text) => wrap(plain(text), WIDTH, '  - ', '    ')),
    ),
    // A command is never broken: people paste it.
    ...section(
      'Next',
      why.next.slice(0, 4).map((command) => `  ${plain(command)}`),
    ),
  ];
  return `${out.join('\n').trimEnd()}\n`;
}
