/** Which folder may know which (docs: README, "How it is laid out"). Run by `npm test`. */
const only = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

export default {
  forbidden: [
    only(
      'no-circular',
      'a circle is one file in disguise',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    only(
      'shared-imports-nobody',
      'src-shared runs in every world',
      { path: '^src-shared' },
      { path: '^(src-main|src-renderer|src-server|test|scripts)' },
    ),
    only(
      'shared-without-node',
      'src-shared runs in a page too',
      { path: '^src-shared' },
      { dependencyTypes: ['core'] },
    ),
    only(
      'renderer-imports-shared-only',
      'the window meets main in src-shared/ipc only',
      { path: '^src-renderer' },
      { path: '^(src-main|src-server|test|scripts)|^electron$|node_modules/electron/' },
    ),
    only('renderer-without-node', 'the page is sandboxed', { path: '^src-renderer' }, { dependencyTypes: ['core'] }),
    only(
      'main-not-renderer-nor-server',
      'they meet in src-shared',
      { path: '^src-main' },
      { path: '^(src-renderer|src-server|test|scripts)' },
    ),
    only(
      'server-imports-shared-only',
      'they meet in src-shared/sync',
      { path: '^src-server' },
      { path: '^(src-main|src-renderer|test|scripts)|node_modules/electron/' },
    ),
    only(
      'electron-in-one-folder',
      'the desk and below run on plain Node',
      { path: '^src-main/(?!electron/|main\\.ts$)' },
      { path: 'node_modules/electron/' },
    ),
    only(
      'lower-folders-know-nothing-of-the-desk',
      'arrows point down',
      { path: '^src-main/(vault|store|sync|access-log)' },
      { path: '^src-main/(desk|electron|terminal|main)' },
    ),
    only('tests-are-not-imported', 'the product does not know its tests', { path: '^src-' }, { path: '^test' }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^out/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      mainFields: ['module', 'main'],
    },
  },
};
