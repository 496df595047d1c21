// `vitest run` alone does not build: the processes that tests start would run what was bundled before the last change.
export { bundlePackages as default } from './bundle.js'
