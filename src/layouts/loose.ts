import { defineLayout } from './layout.ts';

/** Folders that people name for what is in them: `nodes/worker-a.txt`, `hosts/worker-a/df.txt`. */
const NODE_FOLDER =
  /(?:^|\/)(?:nodes?|hosts?|machines?)\/([a-z0-9][a-z0-9.-]{0,252}?)(?:\.(?:txt|log|out|md))?(?:\/|$)/i;

/**
 * Whatever people paste or attach: no manifest, no fixed names. The content decides what a file is; its path may say
 * whose it is.
 */
export default defineLayout({
  id: 'loose',
  title: 'Loose files: transcripts, pasted outputs, single files',
  recognises: () => true,
  classify(path) {
    const node = NODE_FOLDER.exec(path)?.[1];
    return node === undefined ? {} : { origin: { node } };
  },
});
