// Tests run from compiled output: same files as production, real worker threads, no loader.
// BTMANY_BUILD names another output folder than .build (several checkouts of work side by side).
const build = process.env.BTMANY_BUILD ?? '.build';

export default {
	files: [`${build}/test/**/*.test.js`],
	nodeArguments: ['--enable-source-maps'],
	workerThreads: false,
	timeout: '60s',
};
