// Reads a list of diagrams as JSON and writes, for each, what Mermaid makes of it: nodes,
// edges, subgraphs, or the error. node parse.mjs DIR: where mermaid and jsdom are installed.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(process.argv[2] + '/');
const { JSDOM } = require('jsdom');
const { window } = new JSDOM('<body></body>');
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import(pathToFileURL(process.argv[2] + '/node_modules/mermaid/dist/mermaid.core.mjs'));
mermaid.initialize({ maxEdges: 10000, maxTextSize: 1000000 });

let input = '';
process.stdin.setEncoding('utf8');
for await (const chunk of process.stdin) input += chunk;
const out = [];
for (const text of JSON.parse(input)) {
  try {
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    out.push({
      nodes: [...db.getVertices().values()].map((v) => ({ id: v.id, shape: v.type, text: v.text, classes: v.classes })),
      edges: db.getEdges().map((e) => ({ from: e.start, to: e.end, text: e.text, dotted: e.stroke === 'dotted' })),
      subgraphs: db.getSubGraphs().map((s) => ({ id: s.id, text: s.title, nodes: s.nodes })),
    });
  } catch (e) {
    out.push({ error: String(e) });
  }
}
console.log(JSON.stringify(out));
