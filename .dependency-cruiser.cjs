/**
 * The import arrows of docs/architecture.md. A package is reached by its name alone, which resolves to its built entry
 * (`dist/index.js`), so the build comes before this gate.
 *
 *   cli → everything a user needs · machines → {steps-etcd, engine, fleet, hosts, etcd, okd} · steps-etcd → {engine, fleet,
 *   hosts, etcd, okd} · fleet → {engine, hosts} · {etcd, okd} → hosts · store → engine · engine and hosts → nothing of ours
 */
const machine = 'machines/(?!steps-etcd/)[^/]+';

/** What each package's product code may import of ours, itself included. */
const arrows = [
  ['packages/engine', ['packages/engine']],
  ['packages/hosts', ['packages/hosts']],
  ['packages/store', ['packages/store', 'packages/engine']],
  ['packages/fleet', ['packages/fleet', 'packages/engine', 'packages/hosts']],
  ['packages/etcd', ['packages/etcd', 'packages/hosts']],
  ['packages/okd', ['packages/okd', 'packages/hosts']],
  ['machines/steps-etcd', ['machines/steps-etcd', 'packages/(engine|fleet|hosts|etcd|okd)']],
  [machine, ['machines/$1', 'machines/steps-etcd', 'packages/(engine|fleet|hosts|etcd|okd)']],
  ['packages/bench', ['packages/(bench|engine|store)']],
  ['packages/cli', ['packages/(cli|engine|store|hosts|fleet|etcd|okd)', 'machines/[^/]+']],
];

const forbidden = arrows.map(([from, to]) => ({
  name: `arrow-${from === machine ? 'machines' : from.replace('/', '-')}`,
  severity: 'error',
  comment: `${from === machine ? 'a machine' : from} may import only: ${to.join(', ')}`,
  from: { path: from === machine ? '^machines/(?!steps-etcd/)([^/]+)/src/' : `^${from}/src/` },
  to: { path: '^(packages|machines)/', pathNot: to.map((allowed) => `^${allowed}/`) },
}));

module.exports = {
  forbidden: [
    ...forbidden,
    {
      name: 'no-lab-in-product',
      severity: 'error',
      comment: 'The lab is for demo, tests and benchmarks; no product package knows it.',
      from: { path: '^(packages|machines)/(?!lab/)[^/]+/src/' },
      to: { path: '^packages/lab/' },
    },
    {
      name: 'no-deep-import',
      severity: 'error',
      comment: 'Another package is reached by its name: its public entry, never a file inside it. Tests too.',
      from: { path: '^(packages|machines)/([^/]+)/' },
      to: { path: '^(packages|machines)/(?!$2/)[^/]+/', pathNot: '/dist/index\\.(js|d\\.ts)$' },
    },
    {
      name: 'no-test-in-product',
      severity: 'error',
      comment: 'Product code imports no test.',
      from: { path: '^(packages|machines)/[^/]+/src/' },
      to: { path: '/test/' },
    },
    {
      name: 'engine-is-pure',
      severity: 'error',
      comment: 'The engine knows nothing of SSH, files, processes or SQL: these come through its ports.',
      from: { path: '^packages/engine/src/' },
      to: {
        path: '^(fs|fs/promises|child_process|net|tls|http|https|dgram|worker_threads)$|node_modules/(ssh2|better-sqlite3|yaml|ajv|winston)/',
      },
    },
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Two files that need each other are one idea in two files, or one of them knows too much.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'An import that resolves to nothing: a typing error, or the build is missing.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared-dependencies',
      severity: 'error',
      comment: "What product code imports stands in its own package.json's dependencies.",
      from: { path: '^(packages|machines)/[^/]+/src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: '(^|/)(build|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json', '.node'], mainFields: ['main'] },
  },
};
