// Who may import whom: docs/architecture.md says why, the compiler's project
// references say it once more, and this names the first offender.
const only = (folder, allowed) => ({
  name: `${folder}-imports`,
  severity: 'error',
  comment: `${folder}/ may import ${allowed.length ? allowed.join(', ') : 'nothing of ours'}`,
  from: { path: `^${folder}/`, pathNot: '\\.test\\.tsx?$' },
  to: {
    path: '^(protocol|shaders|server|sim|web|e2e|bench|sdk|scripts)/',
    pathNot: `^(${[folder, ...allowed].join('|')})/`,
  },
});

// Inside server/: a room stands above all that it uses (lowest first).
const rooms = [
  ['clock', 'config', 'venues'],
  ['audit', 'health', 'feeds'],
  ['auth', 'people', 'relay', 'store', 'reports', 'archive', 'prices', 'kernels'],
  ['gate'],
  ['halt', 'agent'],
  ['orders'],
  ['commands', 'http'],
  ['main', 'doctor'],
];
const roomPath = (name) => `^server/${name}(/|\\.ts$)`;
const roomRules = rooms.slice(0, -1).map((names, level) => ({
  name: `server-room-${names.join('-')}`,
  severity: 'error',
  comment: 'a lower room never imports a higher one',
  from: { path: names.map(roomPath).join('|'), pathNot: '\\.test\\.ts$' },
  to: {
    path: rooms
      .slice(level + 1)
      .flat()
      .map(roomPath)
      .join('|'),
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?|^virtual:' },
    },
    only('protocol', []),
    only('shaders', ['protocol']),
    only('server', ['protocol', 'shaders']),
    only('sim', ['protocol']),
    only('web', ['protocol', 'shaders']),
    only('e2e', ['protocol']),
    only('sdk', ['protocol']),
    {
      name: 'protocol-is-pure',
      severity: 'error',
      comment: 'protocol/ has no I/O: zod is its only package',
      from: { path: '^protocol/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm', 'core', 'npm-dev'], pathNot: 'node_modules/zod/' },
    },
    {
      name: 'no-dev-package-in-product',
      severity: 'error',
      from: {
        path: '^(protocol|shaders|server|sim|web|sdk)/',
        pathNot: '\\.(test|testkit)\\.tsx?$|/testing/',
      },
      to: { dependencyTypes: ['npm-dev'], pathNot: '@types/|@webgpu/types|vite/' },
    },
    {
      name: 'no-test-in-product',
      severity: 'error',
      from: { pathNot: '\\.test\\.tsx?$' },
      to: { path: '\\.test\\.tsx?$' },
    },
    {
      name: 'no-testing-in-product',
      severity: 'error',
      comment: 'testing/ holds doubles and helpers of tests (and of benches)',
      from: { pathNot: '\\.test\\.tsx?$|/testing/|^bench/' },
      to: { path: '/testing/', pathNot: 'node_modules' },
    },
    {
      name: 'sockets-of-venues',
      severity: 'error',
      comment:
        'R-1: only venues/ speaks to an exchange account; only orders/ and halt/ (and main, the agent) use venues/',
      from: {
        path: '^server/',
        pathNot: '^server/(venues|orders|halt|agent|main|testing)(/|\\.ts$)|\\.test\\.ts$',
      },
      to: { path: '^server/venues/(?!types\\.ts)' },
    },
    ...roomRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // bench/kernels/peers/ stands on packages of its own, installed by its bench alone.
    exclude: { path: '/assembly/|^bench/kernels/peers/|^dist/|^\\.cache/|^e2e/\\.(report|results)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
