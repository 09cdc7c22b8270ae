/**
 * Writes the files that follow from others: registries of static imports (so that one bundled file works), the
 * signature table, the compiled templates, and two pages of docs. CI runs it and fails when a file changes.
 */
import { checksPage } from './generate/checks-page.ts';
import { layoutsPage } from './generate/layouts-page.ts';
import { linkRegistry, registry } from './generate/registries.ts';
import { signatureTable } from './generate/signatures.ts';
import { templates } from './generate/templates.ts';
import { write } from './generate/write.ts';

templates();
await registry('src/parsers', 'parsers', 'Parser', 'defineParser', './parser.ts');
await registry('src/layouts', 'layouts', 'Layout', 'defineLayout', './layout.ts');
await registry('src/checks', 'writtenChecks', 'Check', 'defineCheck', './check.ts');
await linkRegistry();
signatureTable();

// Only now: these import what was written above.
write('docs/layouts.md', layoutsPage((await import('../src/layouts/registry.ts')).layouts));
write('docs/checks.md', checksPage((await import('../src/checks/all.ts')).builtInChecks));
