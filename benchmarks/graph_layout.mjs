// Layouts of the ops of a transformer: ours, and those of other libraries. One line of JSON a request:
// node graph_layout.mjs WEB PEERS NAME OPS prints the milliseconds, or the error.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [web, peers, name, ops] = process.argv.slice(2);

/** Blocks of 14 ops with two residuals each. */
function transformer(count) {
  const from = [];
  const to = [];
  for (let i = 1; i < count; i++) {
    from.push(i - 1);
    to.push(i);
    const place = i % 14;
    if (place === 6 || place === 13) {
      from.push(i - 6);
      to.push(i);
    }
  }
  return { count, from, to };
}

const graph = transformer(Number(ops));
const peer = createRequire(join(peers, "package.json"));

const layouts = {
  async ours() {
    const { build } = await import(pathToFileURL(join(web, "node_modules/vite/dist/node/index.js")).href);
    const outDir = join(peers, "ours");
    await build({
      root: web,
      configFile: false,
      logLevel: "silent",
      build: { outDir, lib: { entry: join(web, "src/charts/graph/layout.ts"), formats: ["es"], fileName: "layout" } },
    });
    const { layOut } = await import(pathToFileURL(join(outDir, "layout.js")).href);
    const boxes = {
      width: new Float64Array(graph.count).fill(100),
      height: new Float64Array(graph.count).fill(24),
    };
    return () => layOut(boxes, { from: Int32Array.from(graph.from), to: Int32Array.from(graph.to) });
  },
  async dagre() {
    const { Graph, layout } = peer("@dagrejs/dagre");
    const made = (Graph ?? peer("@dagrejs/dagre").graphlib.Graph);
    return () => {
      const g = new made();
      g.setGraph({});
      g.setDefaultEdgeLabel(() => ({}));
      for (let i = 0; i < graph.count; i++) g.setNode(String(i), { width: 100, height: 24 });
      graph.from.forEach((one, i) => g.setEdge(String(one), String(graph.to[i])));
      layout(g);
    };
  },
  async elkjs() {
    const Elk = peer("elkjs/lib/elk.bundled.js");
    const elk = new Elk();
    return () =>
      elk.layout({
        id: "root",
        layoutOptions: { "elk.algorithm": "layered", "elk.direction": "DOWN" },
        children: Array.from({ length: graph.count }, (_, i) => ({ id: String(i), width: 100, height: 24 })),
        edges: graph.from.map((one, i) => ({ id: `e${i}`, sources: [String(one)], targets: [String(graph.to[i])] })),
      });
  },
};

try {
  const run = await layouts[name]();
  const start = performance.now();
  await run();
  console.log(JSON.stringify({ milliseconds: performance.now() - start }));
} catch (error) {
  console.log(JSON.stringify({ error: String(error).slice(0, 200) }));
}
