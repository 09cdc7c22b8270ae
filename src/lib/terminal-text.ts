/** Text that was meant for a terminal. */

/** Colours, cursor movements (CSI), titles (OSC) and two-byte escapes. */
// oxlint-disable-next-line no-control-regex
const ESCAPES = /\u001b(?:\[[0-?]{0,32}[ -/]{0,8}[@-~]|\][^\u0007\u001b]{0,256}(?:\u0007|\u001b\\)|[@-Z\\^_=>78c])/g;
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Without ANSI sequences, carriage returns and other control characters; tabs and line ends stay. */
export function stripTerminalCodes(text: string): string {
  const plain = text.includes('\u001b') ? text.replace(ESCAPES, '') : text;
  return plain.replace(CONTROLS, '');
}
