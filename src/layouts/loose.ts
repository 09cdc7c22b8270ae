import { defineLayout } from './layout.ts';

/**
 * Whatever people paste or attach: no manifest, no fixed names. The content decides what a file is; its path may say
 * whose it is: folders that people name for what is in them.
 */
export default defineLayout({
  id: 'loose',
  title: 'Loose files: transcripts, pasted outputs, single files',
  marks: [],
  rules: [
    // In a folder `host` files are named for what they hold, in `hosts` for whose they are.
    { path: '{node,nodes,hosts,machines}/<node>.{txt,log,out,md}', holds: 'outputs of one machine' },
    { path: '{node,nodes,host,hosts,machine,machines}/<node>/**', holds: 'outputs of one machine' },
    { path: '{node,nodes,host,hosts,machine,machines}/<object>.{json,yaml,yml,html}', holds: 'objects' },
    { path: '{node,nodes,hosts,machines}/<node>', holds: 'outputs of one machine' },
  ],
});
