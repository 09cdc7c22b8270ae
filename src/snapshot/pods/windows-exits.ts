/** How Windows ends processes: the exit code is an NTSTATUS, printed with a sign or without. */
const STATUS: Readonly<Record<number, string>> = {
  0x80000003: 'breakpoint',
  0xc0000005: 'access violation',
  0xc0000017: 'no memory',
  0xc00000fd: 'stack overflow',
  0xc000012d: 'commitment limit: no memory left to commit',
  0xc0000135: 'DLL not found',
  0xc000013a: 'ended by Ctrl-C or a shutdown',
  0xc0000139: 'entry point not found in a DLL',
  0xc0000142: 'a DLL could not be initialised',
  0xc0000374: 'heap corruption',
  0xc0000409: 'fail fast, stack buffer overrun',
  0xc0370106: 'the container exited unexpectedly',
  0xe0434352: 'unhandled .NET exception',
};

/** `0xC0000135, DLL not found`; undefined for codes that Linux has too, and unknown ones. */
export function windowsExit(code: number): string | undefined {
  const status = code >>> 0;
  const words = STATUS[status];
  return words === undefined ? undefined : `0x${status.toString(16).toUpperCase()}, ${words}`;
}
