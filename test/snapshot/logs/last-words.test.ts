import { describe, expect, it } from 'vitest';
import { lastWordsOf } from '../../../src/snapshot/logs/last-words.ts';

const of = (...lines: string[]) =>
  lastWordsOf(
    lines.map((text, i) => ({ line: i + 1, text })),
    'app.log',
  );

describe('last words of a crash log', () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    [
      'Java: the innermost cause',
      [
        '2026-03-01 11:59:01.120 ERROR 1 --- [main] o.s.boot.SpringApplication : Application run failed',
        'org.springframework.beans.factory.BeanCreationException: Error creating bean with name "store"',
        '\tat org.example.Store.<init>(Store.java:12)',
        'Caused by: org.hibernate.HibernateException: no dialect',
        '\tat org.example.Dialect.of(Dialect.java:40)',
        'Caused by: java.net.ConnectException: Connection refused',
        '\t... 14 more',
      ],
      'Caused by: java.net.ConnectException: Connection refused',
    ],
    [
      'Python: the line below the last traceback',
      [
        'Traceback (most recent call last):',
        '  File "/app/main.py", line 3, in <module>',
        '    import yaml',
        "ModuleNotFoundError: No module named 'yaml'",
      ],
      "ModuleNotFoundError: No module named 'yaml'",
    ],
    [
      'Go: the panic, not its stack',
      [
        '2026/03/01 11:59:00 starting',
        'panic: assignment to entry in nil map',
        '',
        'goroutine 1 [running]:',
        'main.main()',
        '\t/src/main.go:14 +0x1d',
        'exit status 2',
      ],
      'panic: assignment to entry in nil map',
    ],
    [
      'Go: klog fatal',
      ['I0301 11:59:00.000001 1 main.go:10] starting', 'F0301 11:59:00.100000 1 main.go:20] no kubeconfig given'],
      'no kubeconfig given',
    ],
    [
      'Node: the error, not the frames',
      [
        'node:internal/modules/cjs/loader:1148',
        '  throw err;',
        "Error: Cannot find module '/app/server.js'",
        '    at Module._resolveFilename (node:internal/modules/cjs/loader:1145:15)',
        'Node.js v20.11.0',
      ],
      "Error: Cannot find module '/app/server.js'",
    ],
    [
      '.NET: the inner exception',
      [
        'Unhandled exception. System.AggregateException: One or more errors occurred.',
        ' ---> System.IO.FileNotFoundException: Could not find file appsettings.json',
        '   at Program.Main(String[] args)',
      ],
      '---> System.IO.FileNotFoundException: Could not find file appsettings.json',
    ],
    [
      'Ruby',
      ["/app/boot.rb:4:in `require': cannot load such file -- pg (LoadError)", "\tfrom /app/boot.rb:4:in `<main>'"],
      "/app/boot.rb:4:in `require': cannot load such file -- pg (LoadError)",
    ],
    [
      'PHP',
      [
        'PHP Warning:  something',
        'PHP Fatal error:  Uncaught Error: Class "Db" not found in /app/index.php:3',
        'Stack trace:',
      ],
      'PHP Fatal error:  Uncaught Error: Class "Db" not found in /app/index.php:3',
    ],
    [
      'Rust since 1.73: the message stands in the next line',
      ["thread 'main' panicked at src/main.rs:9:5:", 'no port configured', 'note: run with `RUST_BACKTRACE=1`'],
      'no port configured',
    ],
    [
      'shell: a missing command',
      ['+ run', '/entrypoint.sh: line 7: migrate: not found'],
      '/entrypoint.sh: line 7: migrate: not found',
    ],
    ['tools of the base image', ['chown: /data: Operation not permitted'], 'chown: /data: Operation not permitted'],
    [
      'structured logs',
      ['{"level":"info","msg":"up"}', '{"level":"fatal","msg":"license expired"}', 'bye'],
      'license expired',
    ],
  ];
  for (const [name, lines, expected] of cases)
    it(name, () => {
      const words = of(...lines);
      expect(words?.text).toContain(expected);
      expect(words?.grade).toBe(3);
    });

  it('quotes file and line', () => {
    expect(of('starting', 'panic: no config')?.evidence).toEqual({
      file: 'app.log',
      line: 2,
      text: 'panic: no config',
    });
  });
  it('takes along what explains the line: lists, hints, and lines of a record that has a time', () => {
    expect(
      of('Error: no password is set.', '       You must specify DB_PASSWORD to a', '       value.', 'bye')?.text,
    ).toBe('Error: no password is set. You must specify DB_PASSWORD to a value.');
    expect(of('initdb: error: the directory is not empty', 'initdb: hint: Create a subdirectory.', 'done')?.text).toBe(
      'initdb: error: the directory is not empty initdb: hint: Create a subdirectory.',
    );
    const words = of(
      '2026-03-01 11:59:01.120 ERROR 1 --- [main] report :',
      '***************************',
      'APPLICATION FAILED TO START',
      "Failed to configure a DataSource: 'url' is not specified.",
      '2026-03-01 11:59:01.130  INFO 1 --- [main] bye',
    );
    expect(words?.text).toContain("APPLICATION FAILED TO START Failed to configure a DataSource: 'url'");
    expect(words?.text).not.toContain('bye');
    expect(words?.evidence.line).toBe(1);
  });
  it('falls back to the last line with the lowest grade', () => {
    expect(of('starting', 'bye')).toMatchObject({ text: 'bye', grade: 1 });
  });
  it('has nothing to say about an empty log', () => {
    expect(of()).toBeUndefined();
  });
});

it('shows other errors a few lines above it, and not those of long before', () => {
  const far = Array.from({ length: 14 }, () => 'plate printed');
  const words = of('press: ink: Permission denied', ...far, 'press: lid: cannot open', 'turning', 'fatal: no plates');
  expect(words?.text).toBe('fatal: no plates');
  expect(words?.before.map(({ text }) => text)).toEqual(['press: lid: cannot open']);
});

it.each([
  [
    'time="2026-03-01T12:47:16Z" level=fatal msg="Assertion failure: selected configuration not currently applied"',
    'MIG configuration applied successfully',
  ],
  ["ERROR: Unable to open 'kernel/dkms.conf' for copying (No such file or directory)", 'Done, now waiting for signal'],
])('what NVIDIA programs print on their way is no last word: %s', (line, after) => {
  expect(of(line, after)?.text).toBe(after);
});
